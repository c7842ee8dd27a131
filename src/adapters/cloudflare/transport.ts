import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { withinDeadline } from '../deadline.ts';
import { whyNoAnswer } from '../no-answer.ts';
import { type ProxyEnvironment, proxyFor } from './proxy.ts';

/** The part of `fetch` that the SDK uses. */
export interface Transport {
  readonly fetch: (url: string | URL | Request, init?: RequestInit) => Promise<Response>;
  close(): void;
}

/** What one call cost, for logs and metrics. */
export interface CallReport {
  readonly method: string;
  readonly path: string;
  /** HTTP status; 0 if there was no answer. */
  readonly status: number;
  readonly seconds: number;
}

/** There was no answer; the message says why, and `cause` is what Node has thrown. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

const TRUST = 'where a proxy reads TLS, NODE_EXTRA_CA_CERTS has to name a file with its certificate authority';

/**
 * `fetch` over one keep-alive agent, through the proxy that `env` names. Unlike the SDK's own time limit this one covers the whole body, so that a stalled
 * answer ends too; redirects are not followed, since the API has none and a token must not travel.
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
      const told = (status: number): void =>
        report({ method, path: url.pathname, status, seconds: (performance.now() - began) / 1000 });
      try {
        const response = await withinDeadline(timeoutMs, init.signal, (signal) =>
          exchange(url, method, { ...init, signal }, agents),
        );
        told(response.status);
        return response;
      } catch (error) {
        told(0);
        if (init.signal?.aborted === true) throw error;
        const asked = { server: url, proxy: proxyFor(url.protocol, env), resolveCaPools: TRUST };
        throw new NoAnswerError(whyNoAnswer(error, asked), { cause: error });
      }
    },
    close() {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}

/** A transport that asks before every write whether this process may still write; the answer is an error if not. */
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
  method: string,
  init: RequestInit,
  agents: Readonly<Record<'http:' | 'https:', http.Agent>>,
): Promise<Response> {
  const body = typeof init.body === 'string' ? init.body : undefined;
  const isPlain = url.protocol === 'http:';
  const request = (isPlain ? http : https).request(url, {
    method,
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
  const status = honestStatus(answer.statusCode ?? 0, content);
  return new Response(status === 204 ? null : content, { status, headers: headersOf(answer) });
}

/**
 * The API can say no with a 200, or send a page or half an answer, and the SDK takes any of them for a yes: whatever
 * does not say that it is a success counts as a failed gateway.
 */
function honestStatus(status: number, content: string): number {
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
