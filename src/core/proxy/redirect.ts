import type { Filter, Redirect } from '../model/proxy-rule.ts';
import type { PathMatch } from '../model/route.ts';
import type { JsonObject } from './envoy-json.ts';
import { pathRedirect } from './path.ts';

const CODES: Readonly<Record<Redirect['statusCode'], string>> = {
  301: 'MOVED_PERMANENTLY',
  302: 'FOUND',
  303: 'SEE_OTHER',
  307: 'TEMPORARY_REDIRECT',
  308: 'PERMANENT_REDIRECT',
};

/** Where a route redirects its visitors; `undefined` if it passes their requests on. */
export function redirectOf(filters: readonly Filter[], match: PathMatch | undefined): JsonObject | undefined {
  const redirect = filters.find((filter): filter is Filter & { type: 'Redirect' } => filter.type === 'Redirect');
  if (redirect === undefined) return undefined;
  const { scheme, hostname, port, path, statusCode } = redirect;
  return {
    scheme_redirect: scheme,
    host_redirect: hostname,
    port_redirect: port,
    ...(path === undefined ? {} : pathRedirect(path, match)),
    response_code: CODES[statusCode],
  };
}
