import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { withinDeadline } from '../../deadline.ts';
import { whyNoAnswer } from '../../no-answer.ts';
import { type ProxyEnvironment, proxyFor } from './proxy.ts';

/** The part of `fetch` that the SDK uses. */
export interface Transport {
  readonly fetch: (url: string | URL | Request, init?: RequestInit) => Promise<Response>;
  close(): void;
}

/** One call, for metrics. */
export interface CallReport {
  readonly method: string;
  readonly path: string;
  /** HTTP status; 0 if there was no answer. */
  readonly status: number;
  readonly seconds: number;
}

/** There was no answer. The message says why; `cause` is the error that Node threw. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

const CA_HINT = 'if a proxy intercepts TLS, set NODE_EXTRA_CA_CERTS to a file with its certificate authority';

/**
 * `fetch` over one keep-alive agent, through the proxy that `env` names. Unlike the SDK's own, the time limit covers the
 * whole body, so that a stalled answer ends too. Redirects are not followed: the API has none, and a token must not
 * reach another server.
 */
export function createTransport(
  timeoutMs: number,
  report: (call: CallReport) => void,
  env: ProxyEnvironment = {},
): Transport {
  const common = { keepAlive: true, maxSockets: 8, proxyEnv: env };
  const agents = { 'http:': new http.Agent(common), 'https:': new https.Agent(common) };
  return {
    async fetch(input, init = {}) {
      const url = new URL(typeof input === 'string' || input instanceof URL ? input : input.url);
      const method = init.method ?? 'GET';
      const began = performance.now();
      const reportStatus = (status: number): void =>
        report({ method, path: url.pathname, status, seconds: (performance.now() - began) / 1000 });
      try {
        const response = await withinDeadline(timeoutMs, init.signal, (signal) =>
          exchange(url, { ...init, method, signal }, agents),
        );
        reportStatus(response.status);
        return response;
      } catch (error) {
        reportStatus(0);
        if (init.signal?.aborted === true) throw error;
        const destination = { server: url, proxy: proxyFor(url.protocol, env), caHint: CA_HINT };
        throw new NoAnswerError(whyNoAnswer(error, destination), { cause: error });
      }
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

/** A transport that calls `assertLeading` before every write. */
export function fenced(transport: Transport, assertLeading: () => void = () => undefined): Transport {
  return {
    ...transport,
    async fetch(url, init) {
      if ((init?.method ?? 'GET').toUpperCase() !== 'GET') assertLeading();
      return transport.fetch(url, init);
    },
  };
}

async function exchange(
  url: URL,
  init: RequestInit & { readonly method: string },
  agents: Readonly<Record<'http:' | 'https:', http.Agent>>,
): Promise<Response> {
  const body = typeof init.body === 'string' ? init.body : undefined;
  const isPlain = url.protocol === 'http:';
  const request = (isPlain ? http : https).request(url, {
    method: init.method,
    agent: agents[isPlain ? 'http:' : 'https:'],
    ...(init.signal ? { signal: init.signal } : {}),
    headers: {
      ...Object.fromEntries(new Headers(init.headers)),
      'accept-encoding': 'identity',
      ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
    },
  });
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject).end(body);
  });
  const content = await text(answer);
  const status = actualStatus(answer.statusCode ?? 0, content);
  return new Response(status === 204 ? null : content, { status, headers: headersOf(answer) });
}

/**
 * A 200 may carry a failure, an HTML page or half an answer, and the SDK takes each for a success. A body that does not
 * say `"success": true` counts as a bad gateway.
 */
function actualStatus(status: number, content: string): number {
  if (status >= 300 || status === 204) return status;
  try {
    return (JSON.parse(content) as { success?: unknown }).success === true ? status : 502;
  } catch {
    return 502;
  }
}

function headersOf(answer: http.IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  return headers;
}
