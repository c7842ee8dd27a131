/**
 * Which part of a hostname an application protects.
 *
 * Access knows a path and everything below it, by segment: an application of `/api` covers `/api` and `/api/x`, but not
 * `/apiary`. Of several applications that cover a request, the one with the longest path counts, and that of the
 * hostname itself before that of a wildcard, which covers one label.
 */
import { ACCESS } from '../../api/annotations.ts';
import { isWildcard } from '../model/hostname.ts';
import { type Route, claimOf } from '../model/route.ts';
import { quoted } from '../quote.ts';

/** Cloudflare's limit. */
const MAX_DOMAIN = 63;

/** Characters that mean themselves in the path of an application, unlike `*`. */
const PLAIN_PATH = /^[-A-Za-z0-9._~!$&'()+,;=:@/]*$/;

type Place = Pick<Route, 'hostname' | 'path'>;

/** The domain of the application for a route, or why there can be none. */
export function domainFor(route: Place): { readonly domain: string } | { readonly problem: string } {
  const { hostname, path } = route;
  if (path?.type === 'Regex')
    return { problem: `${claimOf(route)}: Access knows no patterns. Use a prefix, or the whole hostname` };
  const above = pathOf(route);
  const domain = `${hostname}${above}`;
  if (!PLAIN_PATH.test(above))
    return {
      problem: `${claimOf(route)}: Access cannot name the path ${quoted(above)}. Use a shorter prefix`,
    };
  return domain.length <= MAX_DOMAIN
    ? { domain }
    : {
        problem: `${claimOf(route)}: an Access application can have at most ${MAX_DOMAIN} characters for hostname and path, and this has ${domain.length}. Use a shorter one, or ${ACCESS.key} on a path above it`,
      };
}

/** Empty for the whole hostname. */
function pathOf({ path }: Place): string {
  return path === undefined || path.type === 'Regex' ? '' : path.value.replace(/\/+$/, '');
}

/** How specific the domain is that covers a place; `undefined`: it does not cover it. */
export function coverage(by: Place, of: Place): number | undefined {
  const [above, below] = [pathOf(by), pathOf(of)];
  const isBelow = below === above || below.startsWith(`${above}/`);
  if (!isBelow || !coversHost(by.hostname, of.hostname)) return undefined;
  return above.length + (by.hostname === of.hostname ? EXACT_HOST : 0);
}

/** More than any path is long. */
const EXACT_HOST = 1000;

function coversHost(by: string, of: string): boolean {
  if (by === of) return true;
  return isWildcard(by) && of.slice(of.indexOf('.')) === by.slice(1);
}
