/** Identifies the objects that routes come from, whatever their kind. */
import type { ObjectKey } from '../../api/objects.ts';

/**
 * Key of the object that a route comes from, in `routes.json`, in queues and in messages: `namespace/name` for a
 * Service, `Kind/namespace/name` for any other kind. A kind has capital letters and a namespace has none, so the two
 * forms never clash.
 */
export type SourceKey = string;

/** The kind that a key without a kind stands for. */
const DEFAULT_KIND = 'Service';

export function sourceKey(kind: string, object: ObjectKey): SourceKey {
  return kind === DEFAULT_KIND ? object : `${kind}/${object}`;
}

export function kindOf(source: SourceKey): string {
  return hasKind(source) ? source.slice(0, source.indexOf('/')) : DEFAULT_KIND;
}

/** `namespace/name` of the object. */
export function objectKeyOf(source: SourceKey): ObjectKey {
  return hasKind(source) ? source.slice(source.indexOf('/') + 1) : source;
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
