/** The path of a request for a resource, which may not be served. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly namespace: string | undefined;
  readonly plural: string;
  readonly name: string | undefined;
  /** Empty for the main resource. */
  readonly subresource: string;
}

const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/** Parses `/api/v1/...` and `/apis/<group>/<version>/...`. Undefined for other paths. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path.split('/').slice(1).map(decoded);
  const [root, ...rest] = parts.at(-1) === '' ? parts.slice(0, -1) : parts;
  if (root === 'api') return inGroup('', rest);
  if (root === 'apis') return inGroup(rest[0] ?? '', rest.slice(1));
  return undefined;
}

/** A malformed escape sequence is kept, so the path matches nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function inGroup(group: string, [version, ...rest]: readonly string[]): ResourcePath | undefined {
  if (version === undefined || rest[0] === undefined) return undefined;
  const [first, second, third] = rest;
  const isScoped = first === 'namespaces' && third !== undefined && !NAMESPACE_SUBRESOURCES.has(third);
  const namespace = isScoped ? second : undefined;
  const [plural = '', name, ...subresource] = isScoped ? rest.slice(2) : rest;
  return { group, version, namespace, plural, name, subresource: subresource.join('/') };
}
