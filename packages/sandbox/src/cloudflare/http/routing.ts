import { HEX_ID, UUID } from '../state/ids.ts';
import type { Endpoint } from './endpoint.ts';

/** Where a request leads. `malformed` carries nothing more: Cloudflare does not say which part it disliked. */
export type Route =
  | { readonly kind: 'found'; readonly endpoint: Endpoint; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'none' };

/** Form of each path parameter; the others may be anything. */
const PARAM_FORMS: Readonly<Record<string, RegExp>> = {
  account: HEX_ID,
  zone: HEX_ID,
  record: HEX_ID,
  tunnel: UUID,
  connector: UUID,
};

/** The name of an endpoint in logs and counters, for example `GET /zones/:zone/dns_records`. */
export function endpointName(endpoint: Endpoint): string {
  return `${endpoint.method} ${endpoint.path}`;
}

/** Finds the endpoint of a request. Fixed segments win over parameters. */
export function findRoute(endpoints: readonly Endpoint[], method: string, path: string): Route {
  const segments = path.split('/').map(decodeSegment);
  const matches = endpoints
    .filter((endpoint) => endpoint.method === method)
    .flatMap((endpoint) => {
      const params = matchTemplate(endpoint.path.split('/'), segments);
      return params === undefined ? [] : [{ endpoint, params }];
    })
    .toSorted((left, right) => Object.keys(left.params).length - Object.keys(right.params).length);
  const best = matches[0];
  if (best === undefined) return { kind: 'none' };
  return hasWellFormedIds(best.params) ? { kind: 'found', ...best } : { kind: 'malformed' };
}

function matchTemplate(template: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (template.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [position, part] of template.entries()) {
    const segment = segments[position] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}

function hasWellFormedIds(params: Readonly<Record<string, string>>): boolean {
  return Object.entries(params).every(([name, value]) => PARAM_FORMS[name]?.test(value) ?? value !== '');
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
