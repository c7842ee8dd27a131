import { isCertificate } from '../adapters/certificate.ts';
import type { Gateway, ListenerSet } from '../api/gateway-objects.ts';
import { TUNNEL_KIND } from '../api/names.ts';
import type { KubeObject, ObjectKey, Secret } from '../api/objects.ts';
import type { GatewayContext, GatewayClassContext, PolicyContext } from '../controllers/gateway/context.ts';
import { reconcileGatewayClass } from '../controllers/gateway/reconcile-class.ts';
import { reconcileTlsPolicy } from '../controllers/gateway/reconcile-policy.ts';
import { reconcileGateway } from '../controllers/gateway/reconcile.ts';
import { type AttachedRoutes, attachedRoutes, changedGateways } from '../core/gateway/attached.ts';
import { type PolicyAncestors, policyAncestors } from '../core/gateway/policy-ancestors.ts';
import { tunnelOf } from '../core/gateway/ownership.ts';
import { keyOf } from '../core/keys.ts';
import { gatewayNamedBySet } from '../core/sources/listener-sets.ts';
import type { RoutingTable } from '../core/routing/table.ts';
import type { Outcome, Pass } from '../runtime/controller.ts';
import type { WorkQueue } from '../runtime/work-queue.ts';
import type { Parts } from './parts.ts';
import type { WakeUps } from './wake-ups.ts';

const POLICY = 'BackendTLSPolicy/';

/**
 * Gateways, GatewayClasses and BackendTLSPolicies: what wakes them, and what their passes need. A class has a key without
 * a namespace, and a policy one with its kind.
 */
export class Gateways {
  readonly #parts: Parts;
  readonly #queue: Pick<WorkQueue, 'add'>;
  readonly #wakeUps: Pick<WakeUps, 'tunnelChanged'>;
  #attached: AttachedRoutes = new Map();
  #ancestors: PolicyAncestors = new Map();

  constructor(parts: Parts, queue: Pick<WorkQueue, 'add'>, wakeUps: Pick<WakeUps, 'tunnelChanged'>) {
    this.#parts = parts;
    this.#queue = queue;
    this.#wakeUps = wakeUps;
    parts.writeListeners.push((object) => {
      if (object.kind === TUNNEL_KIND) this.tunnelChanged(object);
    });
  }

  /** A Gateway or a class has changed. Every Gateway of a class depends on it. */
  changed(object: KubeObject): void {
    this.#queue.add(keyOf(object));
    if (object.kind === 'GatewayClass') this.#wake(({ spec }) => spec.gatewayClassName === object.metadata.name);
  }

  /** A ListenerSet has changed, which is described together with its Gateway. */
  setChanged(event: { readonly before: ListenerSet | undefined; readonly after: ListenerSet | undefined }): void {
    for (const set of [event.before, event.after]) {
      const gateway = set && gatewayNamedBySet(set);
      if (gateway !== undefined) this.#queue.add(gateway);
    }
  }

  /** The labels of a Namespace may decide whether its ListenerSets are admitted. */
  namespaceChanged(): void {
    this.#wake(({ spec }) => spec.allowedListeners?.namespaces?.from === 'Selector');
  }

  /** A Tunnel has changed, perhaps only in its status, which the Gateways that it serves repeat. */
  tunnelChanged(tunnel: KubeObject): void {
    this.#wake((gateway) => {
      const used = tunnelOf(gateway);
      return 'tunnel' in used && used.tunnel === keyOf(tunnel);
    });
    for (const gatewayClass of this.#parts.caches.of('gatewayclasses').list()) {
      const { kind, namespace, name } = gatewayClass.spec.parametersRef ?? {};
      if (kind === tunnel.kind && `${namespace}/${name}` === keyOf(tunnel)) this.changed(gatewayClass);
    }
  }

  /** A grant has changed, which may permit or forbid a certificate. */
  grantChanged(): void {
    this.#wake(() => true);
  }

  policyChanged(policy: KubeObject): void {
    this.#queue.add(`${POLICY}${keyOf(policy)}`);
  }

  /** Routes may be attached to other listeners than before. */
  routed({ results }: Pick<RoutingTable, 'results'>): void {
    const before = this.#attached;
    this.#attached = attachedRoutes(results.values());
    for (const key of changedGateways(before, this.#attached)) this.#queue.add(key);
    this.#ancestors = policyAncestors(results.values());
    // Their certificates may have changed too, which are read for the routing table.
    for (const policy of this.#parts.caches.of('backendtlspolicies').list()) this.policyChanged(policy);
  }

  reconcile(key: string, pass: Pass): Promise<Outcome> {
    if (key.startsWith(POLICY)) return reconcileTlsPolicy(this.#policyContext(), key.slice(POLICY.length), pass);
    return key.includes('/')
      ? reconcileGateway(this.#gatewayContext(), key, pass)
      : reconcileGatewayClass(this.#classContext(), key, pass);
  }

  #wake(isMeant: (gateway: Gateway) => boolean): void {
    for (const gateway of this.#parts.caches.of('gateways').list())
      if (isMeant(gateway)) this.#queue.add(keyOf(gateway));
  }

  #gatewayContext(): GatewayContext {
    const { caches, objects, related } = this.#parts;
    return {
      ...this.#shared(),
      gateways: caches.of('gateways'),
      related,
      objects: {
        get: (kind, key, signal) => objects.get<Secret>(kind, key, signal),
        apply: (manifest, signal) => objects.apply(manifest, signal),
        applyStatus: (object, status, signal) => objects.applyStatus(object, status, signal),
        delete: (object, policy, signal) => objects.delete(object, policy, signal),
      },
      tunnelApplied: (before, after) => this.#wakeUps.tunnelChanged({ before, after }),
      attachedTo: (gateway: ObjectKey) => this.#attached.get(gateway) ?? new Map(),
      isCertificate,
    };
  }

  #policyContext(): PolicyContext {
    const { caches, objects, related, state, now } = this.#parts;
    return {
      policies: caches.of('backendtlspolicies'),
      ancestorsOf: (policy) => this.#ancestors.get(policy) ?? [],
      caPool: (reference) => state.caPools.get(reference),
      related,
      objects,
      now,
    };
  }

  #classContext(): GatewayClassContext {
    const { objects, environment } = this.#parts;
    return { ...this.#shared(), objects, watchNamespace: environment.options.watchNamespace };
  }

  #shared(): Omit<GatewayClassContext, 'objects' | 'watchNamespace'> {
    const { caches, environment, now } = this.#parts;
    const { driftIntervalMs } = environment.options;
    return { classes: caches.of('gatewayclasses'), tunnels: caches.of('tunnels'), driftIntervalMs, now };
  }
}
