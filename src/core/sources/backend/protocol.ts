/** Chooses the protocol that cloudflared speaks with a port. */
import { PROTOCOL } from '../../../api/annotations.ts';
import { PROTOCOLS, type Protocol } from '../../model/protocol.ts';
import type { ServicePort } from '../../../api/objects.ts';
import { quoted } from '../../quote.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { Fields } from '../annotations/fields.ts';

/** The well-known port of each protocol; `tcp` has none. */
export const USUAL_PORTS: Readonly<Partial<Record<Protocol, number>>> = {
  http: 80,
  https: 443,
  ssh: 22,
  rdp: 3389,
  smb: 445,
};

/** Protocols that an `appProtocol` stands for. */
const APP_PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
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

const GRPC = `gRPC needs a port with TLS, ${PROTOCOL.key}: https and cftunnel.io/origin-http2: "true"; HTTP/2 without TLS (h2c) cannot be proxied`;

/** Protocols that cloudflared cannot proxy, and what to do instead. */
const IMPOSSIBLE: ReadonlyMap<string, string> = new Map([
  ['grpc', GRPC],
  ['h2c', GRPC],
  ['h2', GRPC],
  ['http2', GRPC],
  ['kubernetes.io/h2c', GRPC],
  ['udp', 'no hostname of a tunnel can carry UDP; offer the service over TCP'],
  ['ws', `WebSockets go through ${PROTOCOL.key}: http`],
  ['wss', `WebSockets over TLS go through ${PROTOCOL.key}: https`],
]);

/** The requested protocol; `undefined` if none is requested. */
export function parseProtocol(fields: Fields): Parsed<Protocol | undefined> {
  const requested = fields.read(PROTOCOL);
  const known = PROTOCOLS.find((protocol) => protocol === requested);
  if (requested === undefined || known !== undefined) return { value: known };
  const why = IMPOSSIBLE.get(requested.toLowerCase());
  const must = `must be one of ${PROTOCOLS.join(', ')}`;
  return { problem: `${quoted(requested)} ${must}${why === undefined ? '' : `: ${why}`}` };
}

/** Guesses the protocol of a port. An `appProtocol` that cannot be proxied is a problem, not a reason to guess. */
export function protocolOf({ appProtocol = '', port, name = '' }: ServicePort): Parsed<Protocol> {
  const impossible = IMPOSSIBLE.get(appProtocol);
  if (impossible !== undefined)
    return {
      problem: `port ${port} has appProtocol ${appProtocol}, and ${impossible}. If it speaks another protocol, name that here`,
    };
  return { value: APP_PROTOCOLS.get(appProtocol) ?? NUMBERS.get(port) ?? NAMES.get(name) ?? 'http' };
}
