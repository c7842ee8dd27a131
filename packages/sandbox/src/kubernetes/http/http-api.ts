import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { User } from '../access/user.ts';
import type { Cluster } from '../registry/cluster.ts';
import { isStored } from '../registry/resource.ts';
import { ApiError, resourceNotServed } from '../status-error.ts';
import { type Answer, errorAnswer, pageNotFound } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import { readBody } from './body.ts';
import { type Call, CallLog, type CallTarget, verbOf } from './call-log.ts';
import { handleDiscovery } from './discovery-handler.ts';
import { faultAnswer } from './fault-answer.ts';
import { type FaultEffect, Faults } from './faults.ts';
import { admitted } from './gate.ts';
import { negotiateFormat } from './negotiate.ts';
import { parseResourcePath } from './path.ts';
import type { PodLogs } from './pod-handlers.ts';
import { handleResource } from './resource-handler.ts';
import { sendAnswer } from './send-answer.ts';
import { urlOf } from './url.ts';
import { type WatchSettings, WatchStream } from './watch-stream.ts';
import { managerOf } from './write-parameters.ts';

/** Settings of the HTTP server. */
export interface HttpSettings extends WatchSettings {
  /** The user of requests without a token. */
  readonly withoutToken: User;
}

/** A request for a resource before authentication. */
type UnknownSender = Omit<ApiRequest, 'user'>;

/** Serves a cluster over HTTP, logs requests and applies faults. */
export class HttpApi {
  readonly calls = new CallLog();
  readonly faults: Faults;
  podLogs: PodLogs = () => [];
  readonly #cluster: Cluster;
  readonly #settings: HttpSettings;
  readonly #watches = new Set<WatchStream>();

  constructor(cluster: Cluster, settings: HttpSettings) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.faults = new Faults({
      closeWatches: () => this.closeWatches(),
      expireVersions: () => cluster.store.compact(),
    });
  }

  closeWatches(): void {
    for (const watch of this.#watches) watch.close();
  }

  /** The request listener of `node:http`. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.faults.effectFor(request.method ?? '', request.url ?? '');
    if (fault?.kind === 'delay') await delay(fault.ms, undefined, { ref: false });
    if (fault?.kind === 'drop') return this.#drop(request, response);
    const body = await readBody(request).catch((error: unknown) => error);
    // The client has disconnected.
    if (response.destroyed || (request.destroyed && !Buffer.isBuffer(body))) return;
    await this.#answer(request, response, body, fault);
  }

  #drop(request: IncomingMessage, response: ServerResponse): void {
    this.calls.add(logEntry(request, 0));
    response.destroy();
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    body: unknown,
    fault: FaultEffect | undefined,
  ): Promise<void> {
    const before = this.#cluster.store.version;
    const call = this.#parse(request, Buffer.isBuffer(body) ? body : Buffer.alloc(0));
    const answer = this.#handle(request, response, call, body, fault);
    const changed = this.#cluster.store.version > before;
    const status = fault?.kind === 'drop-after' ? 0 : (answer?.status ?? 200);
    this.calls.add(logEntry(request, status, call && targetOf(call, changed)));
    if (answer === undefined) return;
    if (fault?.kind === 'hold') await fault.until;
    sendAnswer(response, answer, fault);
  }

  /** The answer, or undefined if a watch has taken over the response. */
  #handle(
    request: IncomingMessage,
    response: ServerResponse,
    call: UnknownSender | undefined,
    body: unknown,
    fault: FaultEffect | undefined,
  ): Answer | undefined {
    try {
      if (body instanceof ApiError) throw body;
      const instead = faultAnswer(fault);
      if (instead !== undefined) return instead;
      const user = admitted(this.#cluster, request, this.#settings.withoutToken);
      if (call === undefined) return this.#handleOther(request);
      if (!isWatch(call)) return handleResource({ ...asSeenBy(fault, call), user }, this.podLogs);
      this.#openWatch({ ...call, user }, response);
      return undefined;
    } catch (error) {
      return errorAnswer(error);
    }
  }

  #openWatch(call: ApiRequest, response: ServerResponse): void {
    const watch = new WatchStream(call, response, this.#settings);
    watch.open(() => this.#watches.delete(watch));
    this.#watches.add(watch);
  }

  #parse(request: IncomingMessage, body: Buffer): UnknownSender | undefined {
    const { pathname, search } = urlOf(request);
    const query = new URLSearchParams(search);
    const path = parseResourcePath(pathname);
    const resource = path && this.#cluster.catalog.find(path.group, path.version, path.plural);
    if (path === undefined || resource === undefined) return undefined;
    return {
      cluster: this.#cluster,
      method: request.method ?? '',
      resource,
      namespace: path.namespace,
      name: path.name,
      subresource: path.subresource,
      query,
      contentType: request.headers['content-type'],
      userAgent: request.headers['user-agent'] ?? '',
      body,
      view: {
        format: negotiateFormat(request.headers.accept),
        includeObject: query.get('includeObject') ?? 'Metadata',
        now: this.#cluster.now(),
      },
    };
  }

  #handleOther(request: IncomingMessage): Answer {
    const { pathname } = urlOf(request);
    const { catalog } = this.#cluster;
    const { accept, host = '', 'if-none-match': ifNoneMatch } = request.headers;
    const answer = handleDiscovery(catalog, { path: pathname, accept, ifNoneMatch, host });
    if (answer !== undefined) return answer;
    const path = parseResourcePath(pathname);
    if (path === undefined || catalog.inGroupVersion(path.group, path.version).length === 0) return pageNotFound();
    throw resourceNotServed();
  }
}

function isWatch({ method, query, resource }: UnknownSender): boolean {
  return isStored(resource) && method === 'GET' && ['true', '1'].includes(query.get('watch') ?? '');
}

/** The request with the earlier state of the cluster that a stale server shows. */
function asSeenBy(fault: FaultEffect | undefined, call: UnknownSender): UnknownSender {
  const { store } = call.cluster;
  const version = versionSeenBy(fault, store.version);
  if (version === undefined || call.method !== 'GET') return call;
  const past = store.asOf(call.resource.bucket, version);
  return past === undefined ? call : { ...call, cluster: { ...call.cluster, store: past } };
}

function versionSeenBy(fault: FaultEffect | undefined, present: number): number | undefined {
  if (fault?.kind === 'stale-reads') return Math.max(0, present - fault.changes);
  return fault?.kind === 'frozen-reads' ? fault.version : undefined;
}

function logEntry(request: IncomingMessage, status: number, target?: CallTarget): Call {
  const { pathname, search } = urlOf(request);
  const userAgent = request.headers['user-agent'] ?? '';
  const call = { method: request.method ?? '', path: pathname, query: search, status, userAgent };
  return target === undefined ? call : { ...call, target };
}

function targetOf(call: UnknownSender, changed: boolean): CallTarget {
  const { method, resource, subresource, namespace, name, query, userAgent } = call;
  return {
    verb: verbOf(method, name === undefined, isWatch(call)),
    group: resource.group,
    resource: resource.plural,
    subresource,
    namespace,
    name,
    manager: managerOf(query, userAgent),
    changed,
  };
}
