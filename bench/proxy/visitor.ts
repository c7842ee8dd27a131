/** A visitor that keeps its connection. */
import { once } from 'node:events';
import {
  Agent,
  request as startRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import { text } from 'node:stream/consumers';
import { frame } from 'cftunnel-sandbox/testing/grpc-client';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The pod that has answered. */
  readonly pod: string | undefined;
}

export class Visitor {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(url: string) {
    this.#url = url;
  }

  get(host: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    return this.#send({ method: 'GET', path: '/', headers: { ...headers, host } });
  }

  /** A call of the service that the pods have. */
  call(host: string): Promise<Answer> {
    const headers = { host, 'content-type': 'application/grpc', te: 'trailers' };
    return this.#send({ method: 'POST', path: '/whoami.Whoami/Whoami', headers }, frame(Buffer.alloc(0)));
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(
    options: { readonly method: string; readonly path: string; readonly headers: OutgoingHttpHeaders },
    body?: Buffer,
  ): Promise<Answer> {
    const request = startRequest(this.#url, { ...options, agent: this.#agent });
    const answered = once(request, 'response') as Promise<[IncomingMessage]>;
    request.end(body);
    return answered.then(([response]) => read(response));
  }
}

async function read(response: IncomingMessage): Promise<Answer> {
  const body = await text(response);
  return { status: response.statusCode ?? 0, headers: response.headers, body, pod: podIn(body) };
}

/** The name of a pod of the Deployment, which whoami says in every kind of answer. */
function podIn(body: string): string | undefined {
  return /\bweb-[a-z0-9]+-[a-z0-9]+\b/.exec(body)?.[0];
}
