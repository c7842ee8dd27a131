/** Sources for tests: Services, and a second kind that shows what depends on the kind and what does not. */
import type { Condition } from '../../src/api/conditions.ts';
import type { Ingress, KubeObject, ObjectKey, Service } from '../../src/api/objects.ts';
import { type ObservedSource, Sources } from '../../src/controllers/source/sources.ts';
import { keyOf, splitKey } from '../../src/core/keys.ts';
import { parseHostname } from '../../src/core/model/hostname.ts';
import { originOf, serviceOf } from '../../src/core/model/service-origin.ts';
import { namespaceOf } from '../../src/core/model/source.ts';
import { saysTheSame } from '../../src/core/report.ts';
import { identityOf } from '../../src/core/sources/identity.ts';
import { INGRESSES } from '../../src/core/sources/ingress/ingress-source.ts';
import { SERVICES } from '../../src/core/sources/service/service-source.ts';
import type { RelatedObjects } from '../../src/core/sources/related.ts';
import type { RouteSource } from '../../src/core/sources/source.ts';
import { type Traits, aService } from './builders.ts';
import { aCluster } from './ingresses.ts';
import { PARSERS } from './parsers.ts';

/** An object that names a hostname and the Service of its namespace that the hostname leads to. */
export interface Site extends KubeObject {
  readonly spec: { readonly tunnel?: ObjectKey; readonly host?: string; readonly service: string };
  readonly status?: { readonly exposure?: Condition };
}

export const SITES: RouteSource<Site> = {
  kind: 'Site',
  requestsExposure: ({ metadata }) => metadata.deletionTimestamp === undefined,
  parse: (site) => {
    const identity = identityOf('Site', site);
    const { host, service, tunnel } = site.spec;
    const parsed = host === undefined ? undefined : parseHostname(host);
    const hostnames = parsed !== undefined && 'hostname' in parsed ? [parsed.hostname] : [];
    const target = { origin: originOf('http', `${identity.namespace}/${service}`, 80) };
    return {
      ...identity,
      tunnel,
      routes: [{ hostnames, target, problems: [], warnings: [] }],
      problems: [],
      warnings: [],
      forbidden: undefined,
      fields: { tunnel: 'spec.tunnel', hostname: 'spec.host', routes: 'spec', reason: 'InvalidSpec' },
    };
  },
  isOwnOrigin: ({ source, origin }) => splitKey(serviceOf(origin) ?? '').namespace === namespaceOf(source),
  conditionOf: ({ status }) => status?.exposure,
  isReported: ({ status }, { condition }) => saysTheSame(status?.exposure, condition),
  statusWith: (_, { condition: exposure }) => ({ exposure }),
};

export interface SiteTraits extends Traits {
  readonly tunnel?: ObjectKey;
  readonly host?: string;
  readonly service?: string;
}

export function aSite(key: ObjectKey, { tunnel, host, service = 'web', ...traits }: SiteTraits = {}): Site {
  const { metadata } = aService(key, traits);
  const spec = { ...(tunnel === undefined ? {} : { tunnel }), ...(host === undefined ? {} : { host }), service };
  return { apiVersion: 'example.com/v1', kind: 'Site', metadata, spec };
}

/** A cluster without other objects. */
export const NOTHING_RELATED: RelatedObjects = { get: () => undefined, list: () => [], isReadable: () => true };

export interface SourceObjects {
  readonly services?: readonly Service[];
  readonly sites?: readonly Site[];
  readonly ingresses?: readonly Ingress[];
}

export function aSources({ services = [], sites = [], ingresses = [] }: SourceObjects): Sources {
  const observedKinds = [
    observed(SERVICES, () => services),
    observed(SITES, () => sites),
    observed(INGRESSES, () => ingresses),
  ];
  return new Sources(observedKinds, PARSERS, aCluster([]));
}

/** The objects may change between calls. */
export function observed<Source extends KubeObject>(
  source: RouteSource<Source>,
  list: () => readonly Source[],
): ObservedSource<Source> {
  const get = (key: ObjectKey): Source | undefined => list().find((object) => keyOf(object) === key);
  return { source, objects: { list, get }, isRead: () => true };
}
