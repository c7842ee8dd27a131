/**
 * Visits of hostnames that enter the edge inside this process, without a connection to the front door. What the edge lets
 * pass goes through the tunnel to the connector, as any other request.
 */
import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { DEFAULT_EDGE_ASSUMPTIONS } from 'cftunnel-sandbox/edge/assumptions';
import { admit, type RequestHandlerOptions } from 'cftunnel-sandbox/edge/front-door/request-handler';
import { describeVisitor } from 'cftunnel-sandbox/edge/front-door/visitor';
import type { Sandbox } from 'cftunnel-sandbox/sandbox';

export interface EdgeVisit {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface EdgeAnswer {
  /** Zero if the connection was lost. */
  readonly status: number;
  /** Who answers: the edge itself, or somebody behind the tunnel. */
  readonly by: 'edge' | 'tunnel';
}

const NO_CONNECTION: EdgeAnswer = { status: 530, by: 'edge' };

export class EdgeVisits {
  readonly #handling: RequestHandlerOptions;
  #underway: ClientHttp2Stream | undefined;

  constructor({ cloudflare }: Pick<Sandbox, 'cloudflare'>) {
    this.#handling = {
      resolve: (host) => cloudflare.admin.resolve(host),
      registry: cloudflare.connectors,
      gate: cloudflare.gate,
      assumptions: DEFAULT_EDGE_ASSUMPTIONS,
    };
  }

  async visit(hostname: string, { url, headers: own }: EdgeVisit): Promise<EdgeAnswer> {
    const headers = { ...own, host: hostname };
    const visitor = describeVisitor({ address: '198.51.100.7', host: hostname, scheme: 'https', headers });
    const admitted = admit({ headers, url, method: 'GET' }, visitor, this.#handling);
    if ('status' in admitted) return { status: admitted.status, by: 'edge' };
    const stream = admitted.connections[0]?.open(admitted.headers, { endStream: true });
    if (stream === undefined) return NO_CONNECTION;
    this.#underway = stream;
    return { status: await statusOf(stream), by: 'tunnel' };
  }

  /** Ends the visit that is under way. */
  abandon(): void {
    this.#underway?.destroy();
  }
}

function statusOf(stream: ClientHttp2Stream): Promise<number> {
  let status = 0;
  return new Promise((resolve) => {
    stream.once('response', (headers: IncomingHttpHeaders & { readonly ':status'?: number }) => {
      status = headers[':status'] ?? 0;
    });
    stream.on('error', () => undefined); // the close that follows ends the visit
    stream.once('close', () => resolve(status));
    stream.resume();
  });
}
