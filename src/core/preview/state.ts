/** The objects that decide about routes, sorted by kind, wherever they were read. */
import { GATEWAY_GROUP } from '../../api/gateway-objects.ts';
import { ACCESS_POLICY_KIND, API_VERSION, TUNNEL_KIND } from '../../api/names.ts';
import type {
  AccessPolicy,
  ConfigMap,
  KubeObject,
  Namespace,
  Node,
  ObjectKey,
  Secret,
  Tunnel,
} from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import type { RouteRequest } from '../model/route-request.ts';
import { type SourceKey, sourceKey } from '../model/source.ts';
import type { Parsers } from '../sources/parsers.ts';
import { type RelatedObjects, relatedAmong } from '../sources/related.ts';
import type { RouteSource } from '../sources/source.ts';
import { type KnownPolicies, type PolicyScope, knownPolicies } from './known-policies.ts';

/** A kind of object that routes come from, as the API serves it. */
export interface SourceKind {
  readonly apiVersion: string;
  readonly source: RouteSource;
  /** Keeps the fields that the parser reads, as the operator's caches do. */
  readonly project: (object: KubeObject) => KubeObject;
}

export interface ClusterState {
  readonly tunnels: readonly Tunnel[];
  readonly namespaces: readonly Namespace[];
  /** `undefined`: none were read. */
  readonly nodes: readonly Node[] | undefined;
  readonly configMaps: ReadonlyMap<ObjectKey, ConfigMap>;
  readonly secrets: ReadonlyMap<ObjectKey, Secret>;
  readonly sources: readonly ObservedKind[];
  readonly accessPolicies: KnownPolicies;
  /** What requests depend on besides their own objects. */
  readonly related: RelatedObjects;
}

interface ObservedKind {
  readonly source: RouteSource;
  readonly objects: readonly KubeObject[];
}

export function stateOf(
  objects: readonly KubeObject[],
  kinds: readonly SourceKind[],
  policiesOf: PolicyScope,
): ClusterState {
  const byType = Map.groupBy(objects, ({ apiVersion, kind }) => typeOf(apiVersion, kind));
  const of = (apiVersion: string, kind: string): readonly KubeObject[] => byType.get(typeOf(apiVersion, kind)) ?? [];
  const sources = kinds.map(({ apiVersion, source, project }) => ({
    source,
    objects: of(apiVersion, source.kind).map(project),
  }));
  const nodes = of('v1', 'Node');
  const others = RELATED.flatMap(({ apiVersion, kind }) => of(apiVersion, kind));
  return {
    tunnels: of(API_VERSION, TUNNEL_KIND) as readonly Tunnel[],
    namespaces: of('v1', 'Namespace'),
    nodes: nodes.length === 0 ? undefined : nodes,
    configMaps: byKey(of('v1', 'ConfigMap') as readonly ConfigMap[]),
    secrets: byKey(of('v1', 'Secret') as readonly Secret[]),
    sources,
    accessPolicies: knownPolicies(of(API_VERSION, ACCESS_POLICY_KIND) as readonly AccessPolicy[], policiesOf),
    related: relatedAmong([...sources.flatMap(({ objects: ofKind }) => ofKind), ...others]),
  };
}

/** What decides about the routes of other objects, besides those that routes come from themselves. */
const RELATED = [
  { apiVersion: API_VERSION, kind: TUNNEL_KIND },
  { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass' },
  { apiVersion: `${GATEWAY_GROUP}/v1`, kind: 'GatewayClass' },
  { apiVersion: `${GATEWAY_GROUP}/v1`, kind: 'ListenerSet' },
  { apiVersion: `${GATEWAY_GROUP}/v1`, kind: 'BackendTLSPolicy' },
  { apiVersion: `${GATEWAY_GROUP}/v1`, kind: 'ReferenceGrant' },
  { apiVersion: `${GATEWAY_GROUP}/v1beta1`, kind: 'ReferenceGrant' },
  { apiVersion: 'v1', kind: 'Namespace' },
];

/** Whether an object decides about routes. */
export function isRelevant({ apiVersion, kind }: KubeObject, kinds: readonly SourceKind[]): boolean {
  const types = new Set([
    ...kinds.map((one) => typeOf(one.apiVersion, one.source.kind)),
    ...RELATED.map((one) => typeOf(one.apiVersion, one.kind)),
    typeOf(API_VERSION, ACCESS_POLICY_KIND),
    ...['ConfigMap', 'Secret', 'Node'].map((core) => typeOf('v1', core)),
  ]);
  return types.has(typeOf(apiVersion, kind));
}

export function requestsIn({ sources, related }: ClusterState, parsers: Parsers): readonly RouteRequest[] {
  return sources.flatMap(({ source, objects }) =>
    objects
      .filter((object) => source.requestsExposure(object, related))
      .map((object) => source.parse(object, parsers, related)),
  );
}

/** The object behind a key. */
export function sourceObjectsIn({ sources }: ClusterState): ReadonlyMap<SourceKey, KubeObject> {
  return new Map(
    sources.flatMap(({ source, objects }) =>
      objects.map((object) => [sourceKey(source.kind, keyOf(object)), object] as const),
    ),
  );
}

function typeOf(apiVersion: string, kind: string): string {
  return `${apiVersion} ${kind}`;
}

function byKey<T extends KubeObject>(objects: readonly T[]): ReadonlyMap<ObjectKey, T> {
  return new Map(objects.map((object) => [keyOf(object), object]));
}
