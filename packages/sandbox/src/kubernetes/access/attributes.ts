import { verbOf } from '../http/call-log.ts';
import { parseResourcePath } from '../http/path.ts';

/** A request on a resource as authorization sees it; what is absent is the empty string. */
export interface ResourceAttributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** A request for anything else: discovery, health, version. */
export interface PathAttributes {
  readonly verb: string;
  readonly path: string;
}

export type Attributes = ResourceAttributes | PathAttributes;

/** True when the request names a resource. */
export function isOnResource(attributes: Attributes): attributes is ResourceAttributes {
  return 'resource' in attributes;
}

/** The authorization attributes of a request line. The resource need not exist. */
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
    // A Namespace counts as lying in itself: a Role in it can let one read it.
    namespace: parsed.namespace ?? (resource === 'namespaces' ? name : undefined) ?? '',
    name: name ?? nameSelectedBy(query.get('fieldSelector') ?? ''),
  };
}

/** A list or watch of one object by its name counts as a request for that name, so `resourceNames` can allow it. */
function nameSelectedBy(fieldSelector: string): string {
  const requirements = fieldSelector.split(',').map((part) => /^metadata\.name==?([^=]+)$/.exec(part)?.[1]);
  return requirements.find((name) => name !== undefined) ?? '';
}
