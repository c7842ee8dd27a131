import {
  type ClientRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  createServer,
  request as plainRequest,
} from 'node:http';
import { type RequestOptions, request as tlsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Call, verbOf } from '../../src/kubernetes/http/call-log.ts';
import { parseResourcePath } from '../../src/kubernetes/http/path.ts';

/** The address and credentials of a real API server. */
export interface Upstream {
  readonly url: string;
  readonly options: RequestOptions;
}

/** A request to the API server. The list is in the order of the responses. */
export interface CallRecord {
  readonly entries: readonly Call[];
  clear(): void;
}

/** A plain HTTP proxy to a real API server that records every request. The sandbox's server has its own log. */
export interface Recorder {
  readonly url: string;
  readonly calls: CallRecord;
  stop(): Promise<void>;
}

export async function startRecorder(upstream: Upstream): Promise<Recorder> {
  let entries: Call[] = [];
  const server = createServer((request, response) => {
    const onward = forward(request, upstream);
    onward.once('error', () => response.destroy());
    onward.once('response', (answer) => {
      entries.push(noted(request, answer.statusCode ?? 0));
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    endTogether(request, response, onward);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: {
      get entries() {
        return entries;
      },
      clear: () => {
        entries = [];
      },
    },
    stop: () => close(server),
  };
}

function forward({ method, url, headers }: IncomingMessage, { url: base, options }: Upstream): ClientRequest {
  const target = new URL(base);
  const send = target.protocol === 'https:' ? tlsRequest : plainRequest;
  return send(new URL(url ?? '/', target), {
    ...(headers.authorization === undefined ? options : withoutIdentity(options)),
    method,
    headers: { ...(options.headers as object | undefined), ...headers, host: target.host },
  });
}

/** A request with a token uses it instead of the recorder's credentials. */
function withoutIdentity({
  cert: _cert,
  key: _key,
  pfx: _pfx,
  auth: _auth,
  ...options
}: RequestOptions): RequestOptions {
  return options;
}

/** Ends the forwarded request when the client disconnects, because a watch would never end. */
function endTogether(request: IncomingMessage, response: ServerResponse, onward: ClientRequest): void {
  request.pipe(onward);
  response.once('close', () => onward.destroy());
}

function noted(request: IncomingMessage, status: number): Call {
  const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const method = request.method ?? '';
  const userAgent = request.headers['user-agent'] ?? '';
  const path = parseResourcePath(pathname);
  const call = { method, path: pathname, query: search, status, userAgent };
  if (path === undefined) return call;
  const { group, plural: resource, subresource, namespace, name } = path;
  const verb = verbOf(method, name === undefined, searchParams.has('watch'));
  const manager = searchParams.get('fieldManager') ?? '';
  return {
    ...call,
    target: { verb, group, resource, subresource, namespace, name, manager, changed: status < 300 && method !== 'GET' },
  };
}

function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeAllConnections();
  return closed;
}
