import { findNextTime } from '../adapters/cron.ts';
import { digest } from '../adapters/digest.ts';
import { ACCESS_POLICY_KIND, ACCESS_SERVICE_TOKEN_KIND, TUNNEL_KIND } from '../api/names.ts';
import type { AccessPolicy, AccessServiceToken, KubeObject, ObjectKey, Secret, Tunnel } from '../api/objects.ts';
import type { PolicyAnswers, PolicyPort } from '../controllers/access/policy/context.ts';
import { reconcilePolicy } from '../controllers/access/policy/reconcile.ts';
import type { AccessCloudflare, AccessPort } from '../controllers/access/ports.ts';
import type { TokenPort } from '../controllers/access/token/context.ts';
import { reconcileToken } from '../controllers/access/token/reconcile.ts';
import { type AccessFigure, accessFigures } from '../core/access/figures.ts';
import { serviceTokensOf } from '../core/access/references.ts';
import { type PolicyUsers, changedUsers, policyUsers } from '../core/access/uses.ts';
import { sameJson } from '../core/equal.ts';
import { keyOf } from '../core/keys.ts';
import type { RoutingTable } from '../core/routing/table.ts';
import type { Outcome, Pass } from '../runtime/controller.ts';
import { Waits } from '../runtime/waits.ts';
import type { WorkQueue } from '../runtime/work-queue.ts';
import type { Parts } from './parts.ts';
import type { Observed, WakeUps } from './wake-ups.ts';

interface AccessQueues {
  readonly policies: Pick<WorkQueue, 'add'>;
  readonly tokens: Pick<WorkQueue, 'add'>;
}

/** AccessPolicies and AccessServiceTokens: what wakes them, and what their passes need. */
export class AccessObjects {
  readonly #parts: Parts;
  readonly #queues: AccessQueues;
  readonly #wakeUps: Pick<WakeUps, 'tunnels' | 'accessPolicyChanged'>;
  readonly #policyPort: PolicyPort;
  readonly #tokenPort: TokenPort;
  #users: PolicyUsers = new Map();
  /** By object, what others depend on. */
  readonly #seen = new Map<string, string>();

  constructor(parts: Parts, queues: AccessQueues, wakeUps: Pick<WakeUps, 'tunnels' | 'accessPolicyChanged'>) {
    this.#parts = parts;
    this.#queues = queues;
    this.#wakeUps = wakeUps;
    const shared = sharedPort(parts);
    this.#policyPort = policyPort(parts, shared, (policy) => this.#users.get(policy) ?? []);
    this.#tokenPort = {
      ...shared,
      serviceTokens: parts.caches.of('accessservicetokens'),
      objects: parts.objects,
      findNextTime,
    };
    parts.writeListeners.push((object) => this.#written(object));
  }

  policyChanged({ before, after }: Observed): void {
    const policy = after ?? before;
    if (policy === undefined) return;
    if (!isSameRequest(before, after)) this.#queues.policies.add(keyOf(policy));
    if (this.#hasChanged(policy, accountsIn(after))) this.#wakeUsers(policy);
  }

  tokenChanged({ before, after }: Observed): void {
    const token = after ?? before;
    if (token === undefined) return;
    if (!isSameRequest(before, after)) this.#queues.tokens.add(keyOf(token));
    if (this.#hasChanged(token, identityIn(after))) this.#wakePoliciesNaming(token);
  }

  /** Its account or credentials may be others, and whether it uses a policy is in its spec. */
  tunnelChanged({ before, after }: Observed): void {
    const tunnel = after ?? before;
    if (tunnel === undefined || !this.#hasChanged(tunnel, accessIn(after))) return;
    for (const [policy, tunnels] of this.#users) if (tunnels.includes(keyOf(tunnel))) this.#queues.policies.add(policy);
    for (const token of this.#parts.caches.of('accessservicetokens').list())
      if (`${token.metadata.namespace}/${token.spec.tunnelRef.name}` === keyOf(tunnel))
        this.#queues.tokens.add(keyOf(token));
  }

  /** Routes may use other policies than before. */
  routed(table: RoutingTable): void {
    const before = this.#users;
    this.#users = policyUsers(table, this.#parts.caches.of('tunnels').list());
    for (const policy of changedUsers(before, this.#users)) this.#queues.policies.add(policy);
  }

  figures(): readonly AccessFigure[] {
    const { caches } = this.#parts;
    return accessFigures(caches.of('accesspolicies').list(), caches.of('accessservicetokens').list());
  }

  reconcilePolicy(key: ObjectKey, pass: Pass): Promise<Outcome> {
    return reconcilePolicy(this.#policyPort, key, pass);
  }

  reconcileToken(key: ObjectKey, pass: Pass): Promise<Outcome> {
    return reconcileToken(this.#tokenPort, key, pass);
  }

  /** Our own writes, which the watches do not announce, change what others depend on. */
  #written(object: KubeObject): void {
    if (object.kind === TUNNEL_KIND) this.tunnelChanged({ before: object, after: object });
    if (object.kind === ACCESS_POLICY_KIND) this.policyChanged({ before: object, after: object });
    if (object.kind === ACCESS_SERVICE_TOKEN_KIND) this.tokenChanged({ before: object, after: object });
  }

  /** Whether what others depend on differs from what was last seen of an object. */
  #hasChanged(object: KubeObject, value: unknown): boolean {
    const key = `${object.kind} ${keyOf(object)}`;
    const text = JSON.stringify(value);
    const hasChanged = this.#seen.get(key) !== text;
    if (value === undefined) this.#seen.delete(key);
    else this.#seen.set(key, text);
    return hasChanged;
  }

  /** The Tunnels whose routes name it, and those whose applications do. */
  #wakeUsers(policy: KubeObject): void {
    this.#wakeUps.tunnels(this.#users.get(keyOf(policy)) ?? []);
    this.#wakeUps.accessPolicyChanged({ before: policy, after: policy });
  }

  #wakePoliciesNaming({ metadata }: KubeObject): void {
    for (const policy of this.#parts.caches.of('accesspolicies').list())
      if (policy.metadata.namespace === metadata.namespace && serviceTokensOf(policy.spec).includes(metadata.name))
        this.#queues.policies.add(keyOf(policy));
  }
}

function sharedPort({ environment, caches, objects, recorder, clock, now }: Parts): AccessPort {
  return {
    cluster: environment.cluster,
    hash: digest,
    driftIntervalMs: environment.options.driftIntervalMs,
    tunnels: caches.of('tunnels'),
    secrets: { get: (key, signal) => objects.get<Secret>('secrets', key, signal) },
    cloudflare: (credentials) => environment.cloudflare.open(credentials),
    lastSessions: new Map<string, AccessCloudflare>(),
    objects,
    record: recorder.record,
    changed: recorder.changed,
    recordAboutOperator: recorder.recordAboutOperator,
    waits: new Waits(clock),
    now,
  };
}

function policyPort({ caches }: Parts, shared: AccessPort, usersOf: PolicyPort['usersOf']): PolicyPort {
  return {
    ...shared,
    policies: caches.of('accesspolicies'),
    serviceTokens: caches.of('accessservicetokens'),
    usersOf,
    answers: new Map() as PolicyAnswers,
  };
}

/** Whether only the status differs. */
function isSameRequest(before: KubeObject | undefined, after: KubeObject | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return sameJson(requestOf(before), requestOf(after));
}

function requestOf({ metadata }: KubeObject): unknown {
  const { uid, generation, deletionTimestamp, annotations, finalizers } = metadata;
  return { uid, generation, deletionTimestamp, annotations, finalizers };
}

function accountsIn(policy: KubeObject | undefined): unknown {
  return policy && ((policy as AccessPolicy).status?.accounts ?? []);
}

function identityIn(token: KubeObject | undefined): unknown {
  if (token === undefined) return undefined;
  const { tokenId, accountId } = (token as AccessServiceToken).status ?? {};
  return [tokenId, accountId];
}

function accessIn(tunnel: KubeObject | undefined): unknown {
  if (tunnel === undefined) return undefined;
  const { spec, status, metadata } = tunnel as Tunnel;
  return [spec.credentialsRef, spec.accountId, status?.accountId, metadata.deletionTimestamp, metadata.uid];
}
