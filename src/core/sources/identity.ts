import type { KubeObject } from '../../api/objects.ts';
import { hasFinalizer } from '../finalizer.ts';
import { keyOf } from '../keys.ts';
import type { RouteRequest } from '../model/route-request.ts';
import { sourceKey } from '../model/source.ts';

export type Identity = Pick<RouteRequest, 'source' | 'kind' | 'namespace' | 'name' | 'createdAt' | 'hasFinalizer'>;

/** The part of a request that is the same for every kind. */
export function identityOf(kind: string, object: KubeObject): Identity {
  const { name, namespace = '', creationTimestamp: createdAt = '' } = object.metadata;
  return {
    source: sourceKey(kind, keyOf(object)),
    kind,
    namespace,
    name,
    createdAt,
    hasFinalizer: hasFinalizer(object),
  };
}
