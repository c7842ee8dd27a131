/** Origins that are Services of the cluster: `<protocol>://<name>.<namespace>.svc:<port>`. */
import type { ObjectKey } from '../../api/objects.ts';
import { splitKey } from '../keys.ts';
import { isPort } from './origin-values.ts';
import { PROTOCOLS, type Protocol, schemeOf } from './protocol.ts';

/** The name ends in `svc`, and a pod completes it with the cluster domain of its own `resolv.conf`. */
export function originOf(protocol: Protocol, service: ObjectKey, port: number): string {
  return `${originPrefix(protocol, service)}${port}`;
}

/** Whether an origin is a port of the Service, in a protocol that cloudflared speaks. */
export function isOriginOf(service: ObjectKey, origin: string): boolean {
  const scheme = schemeOf(origin);
  const prefix = originPrefix(scheme, service);
  return (
    PROTOCOLS.some((protocol) => protocol === scheme) &&
    origin.startsWith(prefix) &&
    isPort(origin.slice(prefix.length))
  );
}

/** The Service that an origin leads to; `undefined` if it leads elsewhere. */
export function serviceOf(origin: string): ObjectKey | undefined {
  const [, name, namespace] = /^[a-z]+:\/\/([^.:/]+)\.([^.:/]+)\.svc:[0-9]+$/.exec(origin) ?? [];
  return name === undefined ? undefined : `${namespace}/${name}`;
}

/** What cloudflared answers where there is no backend. The proxy, which has the rule, answers first. */
export const NO_ORIGIN = 'http_status:500';

export function isOriginWithoutBackend(origin: string): boolean {
  return origin === NO_ORIGIN;
}

function originPrefix(scheme: string, service: ObjectKey): string {
  const { namespace, name } = splitKey(service);
  return `${scheme}://${name}.${namespace}.svc:`;
}
