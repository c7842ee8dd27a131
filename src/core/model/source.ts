/** Identifies the objects that routes come from, whatever their kind. */
import type { ObjectKey } from '../../api/objects.ts';

/**
 * Key of the object that a route comes from, in `routes.json`, in queues and in messages: `namespace/name` for a
 * Service, `Kind/namespace/name` for any other kind. A kind has capital letters and a namespace has none, so the two
 * forms never clash. An object that routes go through several Tunnels from has a further key for each of them but the
 * first: `Kind/namespace/name@namespace/tunnel`.
 */
export type SourceKey = string;

/** The kind that a key without a kind stands for. */
const DEFAULT_KIND = 'Service';

export function sourceKey(kind: string, object: ObjectKey): SourceKey {
  return kind === DEFAULT_KIND ? object : `${kind}/${object}`;
}

/** The key for the routes that an object has at a further Tunnel. */
export function keyAtTunnel(source: SourceKey, tunnel: ObjectKey): SourceKey {
  return `${source}${AT}${tunnel}`;
}

/** The first key of the object. */
export function firstKeyOf(source: SourceKey): SourceKey {
  const at = source.indexOf(AT);
  return at === -1 ? source : source.slice(0, at);
}

const AT = '@';

export function kindOf(source: SourceKey): string {
  return hasKind(source) ? source.slice(0, source.indexOf('/')) : DEFAULT_KIND;
}

/** `namespace/name` of the object. */
export function objectKeyOf(source: SourceKey): ObjectKey {
  const key = firstKeyOf(source);
  return hasKind(key) ? key.slice(key.indexOf('/') + 1) : key;
}

export function namespaceOf(source: SourceKey): string {
  const object = objectKeyOf(source);
  return object.slice(0, Math.max(0, object.indexOf('/')));
}

/** The object as messages name it, as in `Service shop/web`. */
export function titleOf(source: SourceKey): string {
  return `${kindOf(source)} ${objectKeyOf(source)}`;
}

function hasKind(source: SourceKey): boolean {
  return source.indexOf('/') !== source.lastIndexOf('/');
}
