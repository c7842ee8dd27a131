/** The Kubernetes API of a real server, for the sandbox's node: reads come from watches, writes are sent in order. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { KubeApi, KubeObject, ResourceRef, WatchEventType } from 'cftunnel-sandbox/kubernetes/api';
import {
  CONFIG_MAPS,
  ENDPOINT_SLICES,
  PODS,
  SECRETS,
  SERVICES,
} from 'cftunnel-sandbox/kubernetes/controllers/resources';
import { OrderedRequests } from './ordered-requests.ts';

/** What a node reads. */
const WATCHED = [PODS, SECRETS, CONFIG_MAPS, SERVICES, ENDPOINT_SLICES];
const RECONNECT_MS = 50;

type Listener = (type: WatchEventType, object: KubeObject) => void;

export class RemoteKubeApi implements KubeApi {
  readonly #server: string;
  readonly #stopped = new AbortController();
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #watches: readonly Promise<void>[];
  readonly #requests: OrderedRequests;

  constructor(server: string) {
    this.#server = server;
    this.#requests = new OrderedRequests(server, this.#stopped.signal);
    this.#watches = WATCHED.map((resource) => this.#follow(resource));
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#watches);
  }

  get({ plural }: ResourceRef, namespace: string | undefined, name: string): KubeObject | undefined {
    return structuredClone(this.#objects.get(plural)?.get(`${namespace}/${name}`));
  }

  list({ plural }: ResourceRef): KubeObject[] {
    return [...(this.#objects.get(plural)?.values() ?? [])].map((object) => structuredClone(object));
  }

  watch({ plural }: ResourceRef, listener: Listener): () => void {
    const listeners = this.#listeners.get(plural) ?? new Set();
    this.#listeners.set(plural, listeners.add(listener));
    for (const object of this.#objects.get(plural)?.values() ?? []) setImmediate(() => listener('ADDED', object));
    return () => void listeners.delete(listener);
  }

  /** The only update of a node is that of its scheduler: the name of the node. */
  update(resource: ResourceRef, object: KubeObject): KubeObject {
    const { nodeName } = object['spec'] as { readonly nodeName: string };
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: object.metadata.name } };
    const target = { apiVersion: 'v1', kind: 'Node', name: nodeName };
    const path = pathOf(resource, object.metadata);
    this.#requests.send(path, { method: 'POST', path: `${path}/binding`, body: { ...binding, target } });
    return object;
  }

  updateStatus(resource: ResourceRef, object: KubeObject): KubeObject {
    const path = pathOf(resource, object.metadata);
    const { uid } = object.metadata;
    const body = { metadata: { uid }, status: object['status'] };
    this.#requests.send(path, { method: 'PATCH', path: `${path}/status`, body });
    return object;
  }

  delete(resource: ResourceRef, namespace: string | undefined, name: string, options: object = {}): void {
    const { uid, gracePeriodSeconds } = options as { readonly uid?: string; readonly gracePeriodSeconds?: number };
    const path = pathOf(resource, { namespace, name });
    this.#requests.send(path, { method: 'DELETE', path, body: { gracePeriodSeconds, preconditions: { uid } } });
  }

  create(): never {
    throw new Error('a node creates nothing but Events, which are switched off');
  }

  onResources(): never {
    throw new Error('a node does not ask what is served');
  }

  async #follow(resource: ResourceRef): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await this.#followOnce(resource).catch(() => undefined);
      await delay(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #followOnce(resource: ResourceRef): Promise<void> {
    const { signal } = this.#stopped;
    const { body } = await fetch(`${this.#server}${collectionOf(resource)}?watch=true`, { signal });
    if (body === null) return;
    for await (const line of createInterface({ input: Readable.fromWeb(body), crlfDelay: Number.POSITIVE_INFINITY })) {
      const { type, object } = JSON.parse(line) as { readonly type: WatchEventType; readonly object: KubeObject };
      this.#note(resource.plural, type, asInTheSandbox(object));
    }
  }

  #note(plural: string, type: WatchEventType, object: KubeObject): void {
    const objects = this.#objects.get(plural) ?? new Map<string, KubeObject>();
    this.#objects.set(plural, objects);
    const key = `${object.metadata.namespace}/${object.metadata.name}`;
    if (type === 'DELETED') objects.delete(key);
    else objects.set(key, object);
    for (const listener of this.#listeners.get(plural) ?? []) listener(type, structuredClone(object));
  }
}

/** The server writes `null` for what is missing. A node that saw it in a Pod would write its status for ever. */
function asInTheSandbox(object: KubeObject): KubeObject {
  if (object.kind === 'EndpointSlice') return { ...object, endpoints: object['endpoints'] ?? [] };
  if (object.kind !== 'Pod') return object;
  const { conditions = [], ...status } = object['status'] as { readonly conditions?: readonly object[] };
  return { ...object, status: { ...status, conditions: conditions.map(withoutProbeTime) } };
}

function withoutProbeTime({ lastProbeTime, ...condition }: { readonly lastProbeTime?: string | null }): object {
  return lastProbeTime === null ? condition : { ...condition, lastProbeTime };
}

function pathOf(
  resource: ResourceRef,
  { namespace, name }: { readonly namespace?: string | undefined; readonly name: string },
): string {
  return `${collectionOf(resource, namespace)}/${name}`;
}

function collectionOf({ group, version, plural }: ResourceRef, namespace?: string): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}/${namespace === undefined ? '' : `namespaces/${namespace}/`}${plural}`;
}
