/** Chooses the protocol that cloudflared, or the proxy, speaks with a port. */
import { PROTOCOL } from '../../../api/annotations.ts';
import { PROTOCOLS, PROXY_PROTOCOLS, type Protocol, type ProxyProtocol } from '../../model/protocol.ts';
import type { ServicePort } from '../../../api/objects.ts';
import { quoted } from '../../quote.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { Fields } from '../annotations/fields.ts';

/** What a route can ask for. */
export type RouteProtocol = Protocol | ProxyProtocol;

const ALL: readonly RouteProtocol[] = [...PROTOCOLS.slice(0, 2), ...PROXY_PROTOCOLS, ...PROTOCOLS.slice(2)];

/** The well-known port of each protocol; `tcp` has none. */
export const USUAL_PORTS: Readonly<Partial<Record<RouteProtocol, number>>> = {
  http: 80,
  https: 443,
  ssh: 22,
  rdp: 3389,
  smb: 445,
};

/** Protocols that an `appProtocol` stands for. */
const APP_PROTOCOLS: ReadonlyMap<string, RouteProtocol> = new Map([
  ['h2c', 'h2c'],
  ['grpc', 'grpc'],
  ['kubernetes.io/h2c', 'h2c'],
  ['http', 'http'],
  ['https', 'https'],
  ['kubernetes.io/ws', 'http'],
  ['kubernetes.io/wss', 'https'],
]);

const NUMBERS: ReadonlyMap<number, Protocol> = new Map([
  [443, 'https'],
  [22, 'ssh'],
  [3389, 'rdp'],
  [445, 'smb'],
  [139, 'smb'],
]);

const NAMES: ReadonlyMap<string, Protocol> = new Map([
  ['https', 'https'],
  ['ssh', 'ssh'],
  ['rdp', 'rdp'],
  ['smb', 'smb'],
]);

const HTTP2 = `HTTP/2 is ${PROTOCOL.key}: h2c without TLS, grpc for gRPC without TLS, or https with cftunnel.io/origin-http2: "true"`;

/** What no route can ask for, and what to do instead. */
const IMPOSSIBLE: ReadonlyMap<string, string> = new Map([
  ['h2', HTTP2],
  ['http2', HTTP2],
  ['udp', 'no hostname of a tunnel can carry UDP; offer the service over TCP'],
  ['ws', `WebSockets go through ${PROTOCOL.key}: http`],
  ['wss', `WebSockets over TLS go through ${PROTOCOL.key}: https`],
]);

/** The requested protocol; `undefined` if none is requested. */
export function parseProtocol(fields: Fields): Parsed<RouteProtocol | undefined> {
  const requested = fields.read(PROTOCOL);
  const known = ALL.find((protocol) => protocol === requested);
  if (requested === undefined || known !== undefined) return { value: known };
  const why = IMPOSSIBLE.get(requested.toLowerCase());
  const must = `must be one of ${ALL.join(', ')}`;
  return { problem: `${quoted(requested)} ${must}${why === undefined ? '' : `: ${why}`}` };
}

/** Guesses the protocol of a port. An `appProtocol` that cannot be proxied is a problem, not a reason to guess. */
export function protocolOf({ appProtocol = '', port, name = '' }: ServicePort): Parsed<RouteProtocol> {
  const impossible = IMPOSSIBLE.get(appProtocol);
  if (impossible !== undefined)
    return {
      problem: `port ${port} has appProtocol ${appProtocol}, and ${impossible}. If it speaks another protocol, name that here`,
    };
  return { value: APP_PROTOCOLS.get(appProtocol) ?? NUMBERS.get(port) ?? NAMES.get(name) ?? 'http' };
}
