import { verbOf } from '../http/call-log.ts';
import { parseResourcePath } from '../http/path.ts';

/** A request on a resource as authorization sees it. Missing parts are empty strings. */
export interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** A request on another path: discovery, health, version. */
export interface PathAttributes {
  readonly verb: string;
  readonly path: string;
}

export type Attributes = ResourceAttributes | PathAttributes;

export function isOnResource(attributes: Attributes): attributes is ResourceAttributes {
  return 'resource' in attributes;
}

/** The authorization attributes of an HTTP request. The resource need not exist. */
export function attributesOf(method: string, path: string, query: URLSearchParams): Attributes {
  const parsed = parseResourcePath(path);
  if (parsed === undefined) return { verb: method.toLowerCase(), path };
  const { group, plural: resource, subresource, name } = parsed;
  const isWatch = ['true', '1'].includes(query.get('watch') ?? '');
  return {
    verb: verbOf(method, name === undefined, isWatch),
    group,
    resource,
    subresource,
    // A Namespace belongs to itself, so a Role in it can grant read access to it.
    namespace: parsed.namespace ?? (resource === 'namespaces' ? name : undefined) ?? '',
    name: name ?? nameSelectedBy(query.get('fieldSelector') ?? ''),
  };
}

/**
 * A list or watch that selects one object by name counts as a request for that name, so that `resourceNames` can allow
 * it.
 */
function nameSelectedBy(fieldSelector: string): string {
  const requirements = fieldSelector.split(',').map((part) => /^metadata\.name==?([^=]+)$/.exec(part)?.[1]);
  return requirements.find((name) => name !== undefined) ?? '';
}
