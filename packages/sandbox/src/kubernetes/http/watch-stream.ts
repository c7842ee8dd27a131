import type { ServerResponse } from 'node:http';
import type { KubeObject, WatchEventType } from '../api.ts';
import type { JsonObject } from '../json.ts';
import { badMatch } from '../read/list.ts';
import { watchObjects, type WatchStart } from '../read/watch.ts';
import { apiVersionOf } from '../registry/resource.ts';
import { ApiError } from '../status-error.ts';
import { tableOf } from '../table/table.ts';
import type { ApiRequest } from './api-request.ts';
import { encodeObject } from './encode.ts';
import { selectionOf, versionParameter } from './read-handlers.ts';

export interface WatchSettings {
  readonly bookmarkIntervalMs: number;
  /** The watch of a client with a larger backlog is closed. */
  readonly maxBufferedBytes: number;
}

const INITIAL_EVENTS_END = { 'k8s.io/initial-events-end': 'true' };
const DEFAULT_TIMEOUT_SECONDS = 1800;

/** An open watch: a chunked response with one JSON document per line, until either side ends it. */
export class WatchStream {
  readonly #request: ApiRequest;
  readonly #response: ServerResponse;
  readonly #settings: WatchSettings;
  readonly #timers: NodeJS.Timeout[] = [];
  #unsubscribe: (() => void) | undefined;
  #tableSent = false;

  constructor(request: ApiRequest, response: ServerResponse, settings: WatchSettings) {
    this.#request = request;
    this.#response = response;
    this.#settings = settings;
  }

  /** Starts the stream. Throws for invalid parameters before anything is sent. */
  open(onEnd: () => void): void {
    const { query, cluster, resource } = this.#request;
    const wantsInitial = checkInitialEvents(query);
    const selection = selectionOf(this.#request);
    const start = startOf(query, wantsInitial, cluster.store.version);
    this.#response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    this.#response.flushHeaders();
    this.#response.once('close', () => this.#release(onEnd));
    try {
      this.#unsubscribe = watchObjects(cluster, resource, selection, start, {
        event: (type, object) => this.#send(type, object),
        synced: (version) => wantsInitial === true && this.#bookmark(version, INITIAL_EVENTS_END),
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return this.#fail(error);
    }
    this.#schedule(query);
  }

  /** Ends the stream cleanly, so that clients watch again. */
  close(): void {
    this.#response.end();
  }

  #schedule(query: URLSearchParams): void {
    const seconds = Number(query.get('timeoutSeconds') ?? 0) || DEFAULT_TIMEOUT_SECONDS * (1 + Math.random());
    this.#timers.push(setTimeout(() => this.close(), seconds * 1000));
    if (query.get('allowWatchBookmarks') !== 'true') return;
    const { store } = this.#request.cluster;
    this.#timers.push(setInterval(() => this.#bookmark(String(store.version)), this.#settings.bookmarkIntervalMs));
  }

  #release(onEnd: () => void): void {
    this.#unsubscribe?.();
    for (const timer of this.#timers) clearTimeout(timer);
    onEnd();
  }

  #fail(error: ApiError): void {
    this.#response.end(`${JSON.stringify({ type: 'ERROR', object: error.toStatus() })}\n`);
  }

  #send(type: WatchEventType, object: KubeObject): void {
    this.#write(
      type,
      this.#request.view.format === 'table' ? JSON.stringify(this.#asTable(object)) : encodeObject(object),
    );
  }

  #bookmark(resourceVersion: string, annotations?: Record<string, string>): void {
    const { resource, view } = this.#request;
    const metadata = {
      resourceVersion,
      creationTimestamp: null,
      ...(annotations === undefined ? {} : { annotations }),
    };
    const bookmark = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
    const object = view.format === 'table' ? this.#asTable(bookmark as unknown as KubeObject) : bookmark;
    this.#write('BOOKMARK', JSON.stringify(object));
  }

  #asTable(object: KubeObject): JsonObject {
    const { resource, view } = this.#request;
    const { resourceVersion = '' } = object.metadata;
    const withDefinitions = !this.#tableSent;
    this.#tableSent = true;
    return tableOf(resource, [object], { resourceVersion }, { ...view, withDefinitions });
  }

  /** An ended stream sends nothing more, although its connection may close later. */
  #write(type: string, object: string): void {
    if (this.#response.writableEnded) return;
    if (this.#response.writableLength > this.#settings.maxBufferedBytes) this.#response.destroy();
    else this.#response.write(`{"type":"${type}","object":${object}}\n`);
  }
}

function checkInitialEvents(query: URLSearchParams): boolean | undefined {
  const wanted = query.get('sendInitialEvents');
  const match = query.get('resourceVersionMatch') ?? '';
  if (wanted === null && match !== '') {
    throw badMatch('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
  }
  if (wanted !== null && match !== 'NotOlderThan') {
    throw badMatch('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  }
  return wanted === null ? undefined : wanted === 'true';
}

function startOf(query: URLSearchParams, wantsInitial: boolean | undefined, current: number): WatchStart {
  const version = Number(versionParameter(query));
  if (wantsInitial === true) return { kind: 'existing' };
  if (version > 0) return { kind: 'after', version };
  return wantsInitial === false ? { kind: 'after', version: current } : { kind: 'existing' };
}
