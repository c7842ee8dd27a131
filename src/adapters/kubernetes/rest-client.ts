import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import type { KubeConfig } from '@kubernetes/client-node';
import { withinDeadline } from '../deadline.ts';
import { whyNoAnswer } from '../no-answer.ts';
import { ApiError } from './api-error.ts';
import { whyNoCredentials } from './no-credentials.ts';

export type PatchType = 'application/merge-patch+json' | 'application/apply-patch+yaml';

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

const REQUEST_TIMEOUT_MS = 30_000;

const CA_HINT = "add the server's certificate authority to the kubeconfig";

/**
 * Raw JSON over one keep-alive agent. client-node's KubeConfig provides the server, its CA and the credentials. Its
 * client is not used: it opens a connection per request, has no timeout, and its models drop unknown fields.
 */
export class RestClient {
  readonly #config: KubeConfig;
  readonly #timeoutMs: number;
  readonly #userAgent: string;
  #agent: http.Agent | undefined;
  #agentKey = '';

  /** `timeoutMs`: for calls without a timeout of their own. Covers the whole answer. */
  constructor(config: KubeConfig, timeoutMs = REQUEST_TIMEOUT_MS, userAgent = 'cftunnel-operator') {
    this.#config = config;
    this.#timeoutMs = timeoutMs;
    this.#userAgent = userAgent;
  }

  /** Sends a request and returns the stream of the answer. Throws `ApiError` for every answer but 2xx. */
  async open(method: string, path: string, options: RequestOptions = {}): Promise<http.IncomingMessage> {
    const response = await this.#send(method, path, options).catch((error: unknown) => {
      if (error instanceof ApiError || options.signal?.aborted === true) throw error;
      throw this.#unanswered(error);
    });
    const code = response.statusCode ?? 0;
    if (code >= 200 && code < 300) return response;
    throw statusError(code, await text(response));
  }

  /** Sends a request and reads the answer within the timeout. */
  async json<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    try {
      return await withinDeadline(options.timeoutMs ?? this.#timeoutMs, options.signal, async (signal) => {
        return JSON.parse(await text(await this.open(method, path, { ...options, signal }))) as T;
      });
    } catch (error) {
      if (error instanceof ApiError || options.signal?.aborted === true) throw error;
      throw this.#unanswered(error);
    }
  }

  close(): void {
    this.#agent?.destroy();
  }

  #unanswered(error: unknown): ApiError {
    const { server = 'http://unknown', proxyUrl } = this.#config.getCurrentCluster() ?? {};
    const proxy = proxyUrl === undefined ? undefined : (URL.parse(proxyUrl) ?? undefined);
    const why =
      error instanceof SyntaxError
        ? `${server} answers with something else than JSON`
        : whyNoAnswer(error, { server: new URL(server), proxy, caHint: CA_HINT });
    return new ApiError(0, 'Unreachable', `no answer from the Kubernetes API: ${why}`, { cause: error });
  }

  /** The credentials, for which client-node may have to run a program or read a file. */
  async #authorize(): Promise<https.RequestOptions> {
    const auth: https.RequestOptions = {};
    try {
      await this.#config.applyToHTTPSOptions(auth);
    } catch (error) {
      const why = whyNoCredentials(error, this.#config.getCurrentUser()?.exec?.command);
      throw new ApiError(0, 'NoCredentials', `the kubeconfig gives no credentials: ${why}`, { cause: error });
    }
    return auth;
  }

  async #send(method: string, path: string, options: RequestOptions): Promise<http.IncomingMessage> {
    const cluster = this.#config.getCurrentCluster();
    if (cluster === null) throw new Error('the kubeconfig names no current cluster');
    const url = new URL(cluster.server.replace(/\/$/, '') + path);
    for (const [name, value] of Object.entries(options.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, value);
    const auth = await this.#authorize();
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method,
      agent: this.#agentFor(url.protocol, auth, cluster.proxyUrl),
      auth: auth.auth ?? null,
      headers: { ...headersOf(auth, this.#userAgent), ...bodyHeaders(body, options.contentType) },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    return new Promise((resolve, reject) => {
      request.once('response', resolve).once('error', reject).end(body);
    });
  }

  /** One agent for each CA and client certificate, so that a rotated certificate gets new connections. */
  #agentFor(protocol: string, auth: https.RequestOptions, proxyUrl: string | undefined): http.Agent {
    const { ca, cert, key, servername, rejectUnauthorized } = auth;
    // Node's agents know HTTP proxies, and the one of client-node the others.
    if (proxyUrl?.startsWith('socks') === true && auth.agent instanceof http.Agent) return auth.agent;
    const agentKey = [protocol, ca, cert, key].map(String).join('\0');
    if (this.#agent !== undefined && agentKey === this.#agentKey) return this.#agent;
    const tls = Object.fromEntries(
      Object.entries({ ca, cert, key, servername, rejectUnauthorized }).filter(([, value]) => value !== undefined),
    );
    const proxyEnv = proxyUrl === undefined ? {} : { proxyEnv: { HTTP_PROXY: proxyUrl, HTTPS_PROXY: proxyUrl } };
    const common = {
      keepAlive: true,
      keepAliveMsecs: 30_000,
      scheduling: 'lifo',
      maxSockets: 64,
      ...proxyEnv,
    } as const;
    this.#agent = protocol === 'https:' ? new https.Agent({ ...common, ...tls }) : new http.Agent(common);
    this.#agentKey = agentKey;
    return this.#agent;
  }
}

function headersOf(auth: https.RequestOptions, userAgent: string): http.OutgoingHttpHeaders {
  const own = { accept: 'application/json', 'user-agent': userAgent };
  return { ...(auth.headers as http.OutgoingHttpHeaders | undefined), ...own };
}

/** Sets the length, since Node sends none with a DELETE and the server then ignores the body. */
function bodyHeaders(body: string | undefined, contentType = 'application/json'): http.OutgoingHttpHeaders {
  return body === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(body) };
}

function statusError(code: number, body: string): ApiError {
  try {
    const status = JSON.parse(body) as { reason?: string; message?: string };
    return new ApiError(code, status.reason ?? '', status.message ?? `HTTP ${code}`);
  } catch {
    return new ApiError(code, '', `HTTP ${code}`);
  }
}
