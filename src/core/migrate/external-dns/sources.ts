/** The Services and Ingresses whose records external-dns makes, and that lead to a tunnel. */
import type { Service } from '../../../api/objects.ts';
import { keyOf } from '../../keys.ts';
import { normalName } from '../../model/hostname.ts';
import type { Ingress, MigrationInput } from '../facts.ts';
import type { OwnershipRecord, Release } from '../takeover.ts';

/** Of its releases before and since the annotations lost their `alpha`. */
const PREFIXES = ['external-dns.alpha.kubernetes.io/', 'external-dns.kubernetes.io/'];
const TUNNEL = /^([0-9a-f-]{36})\.cfargotunnel\.com\.?$/i;

export interface Source {
  readonly object: Service | Ingress;
  readonly tunnelId: string;
  readonly hostnames: readonly string[];
}

export function sourcesIn({ services, ingresses }: MigrationInput): readonly Source[] {
  return [...services, ...ingresses].flatMap((object) => {
    const tunnelId = TUNNEL.exec(annotation(object, 'target') ?? '')?.[1]?.toLowerCase();
    const hostnames = [...named(object), ...hostsOf(object)].map(normalName);
    return tunnelId === undefined || hostnames.length === 0
      ? []
      : [{ object, tunnelId, hostnames: [...new Set(hostnames)] }];
  });
}

function annotation({ metadata }: Service | Ingress, key: string): string | undefined {
  return PREFIXES.map((prefix) => metadata.annotations?.[`${prefix}${key}`]).find((value) => value !== undefined);
}

function named(object: Service | Ingress): readonly string[] {
  const text = annotation(object, 'hostname') ?? '';
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function hostsOf(object: Service | Ingress): readonly string[] {
  const rules = object.kind === 'Ingress' ? (object as Ingress).spec?.rules : undefined;
  return (rules ?? []).flatMap(({ host }) => (host === undefined || host === '' ? [] : [host]));
}

/** external-dns then ignores the object. Without that, it would make records for the hosts of an Ingress again. */
export function releaseOf({ object }: Source): Release {
  const given = Object.keys(object.metadata.annotations ?? {}).filter((key) =>
    PREFIXES.some((prefix) => key.startsWith(prefix)),
  );
  const prefix = PREFIXES.find((one) => given.some((key) => key.startsWith(one))) ?? '';
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    key: keyOf(object),
    finalizers: [],
    annotations: given.filter((key) => /\/(?:hostname|target|cloudflare-proxied|ttl)$/.test(key)),
    labels: [],
    ...(object.kind === 'Ingress' ? { set: { [`${prefix}controller`]: 'cftunnel-operator' } } : {}),
  };
}

/** Its registry names the object that a record is for. How the record is called depends on flags. */
export function ownershipOf({ object, hostnames }: Source): readonly OwnershipRecord[] {
  const resource = `external-dns/resource=${object.kind.toLowerCase()}/${keyOf(object)}`;
  return hostnames.map((hostname) => ({ hostname, contains: ['heritage=external-dns', resource] }));
}
