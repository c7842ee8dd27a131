/** Finds out where a rule leads: to a Service of the cluster, to an address elsewhere, or to no address at all. */
import type { ObjectKey, Service } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { PROTOCOLS, type Protocol } from '../model/protocol.ts';
import { quoted } from '../quote.ts';

interface Address {
  readonly protocol: Protocol;
  readonly port: number;
}

export type RuleTarget =
  | ({ readonly kind: 'service'; readonly service: Service } & Address)
  /** A name in the domain of the cluster that no Service has. */
  | { readonly kind: 'missing'; readonly service: ObjectKey }
  | ({ readonly kind: 'elsewhere'; readonly host: string } & Address)
  /** Why it cannot be migrated. */
  | { readonly kind: 'none'; readonly why: string };

/** Schemes of cloudflared that are other names for a protocol. */
const SYNONYMS: Readonly<Record<string, Protocol>> = { ws: 'http', wss: 'https' };

const STANDARD_PORTS: Readonly<Partial<Record<Protocol, number>>> = {
  http: 80,
  https: 443,
  ssh: 22,
  rdp: 3389,
  smb: 445,
};

export function targetOf(url: string, services: readonly Service[], connectorNamespace: string): RuleTarget {
  const address = parseAddress(url);
  if (typeof address === 'string') return { kind: 'none', why: address };
  const { host, ...rest } = address;
  if (LOOPBACK.test(host)) return { kind: 'none', why: `${quoted(url)} is in the pod of the connector itself` };
  const key = serviceIn(host, connectorNamespace);
  const service = services.find((one) => keyOf(one) === key);
  if (service !== undefined) return { kind: 'service', service, ...rest };
  return key !== undefined && isClusterName(host)
    ? { kind: 'missing', service: key }
    : { kind: 'elsewhere', host, ...rest };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/;

function parseAddress(url: string): (Address & { readonly host: string }) | string {
  const [, scheme = '', host = '', port] =
    /^([a-z]+):\/\/(\[[0-9a-f:.]+\]|[^/:@?#]+)(?::([0-9]+))?\/?$/i.exec(url.trim()) ?? [];
  const protocol = SYNONYMS[scheme] ?? PROTOCOLS.find((known) => known === scheme);
  if (protocol === undefined) return `${quoted(url)} is nothing that a Service can be`;
  const number = port === undefined ? STANDARD_PORTS[protocol] : Number(port);
  if (number === undefined) return `${quoted(url)} has no port`;
  return { protocol, host: host.toLowerCase().replace(/\.$/, ''), port: number };
}

/** The Service that a name may mean in the pod of a connector. */
function serviceIn(host: string, connectorNamespace: string): ObjectKey | undefined {
  if (isIpAddress(host)) return undefined;
  const [name = '', namespace = connectorNamespace, svc] = host.split('.');
  return svc === undefined || svc === 'svc' ? `${namespace}/${name}` : undefined;
}

/** A name such as `nas.local` may also be one outside of the cluster. */
function isClusterName(host: string): boolean {
  return /^[^.]+(?:\.[^.]+\.svc(?:\..+)?)?$/.test(host);
}

export function isIpAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+(?:\.\d+){3}$/.test(host);
}
