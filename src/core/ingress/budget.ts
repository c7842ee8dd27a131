/**
 * Selects the routes that fit into a ConfigMap. The API server rejects a ConfigMap that is too large as a whole, so
 * without this selection one Service could block all others.
 */
import type { FindCertificates } from '../ca-pool/files.ts';
import type { PublishedRules } from './published-rules.ts';
import type { Route } from '../model/route.ts';
import { encodeRoute } from '../published-routes/route-entry.ts';
import { ruleOf } from './rule.ts';

/** The API server's limit for the values of a ConfigMap. */
const MAX_BYTES = 1_048_576;
/** Reserved for everything except the rules. */
const RESERVED_BYTES = 8_192;

/** Whether everything fits into a ConfigMap. */
export function isWithinBudget({ config, routes, caFiles }: PublishedRules): boolean {
  return areWithinBudget([config, routes, ...Object.values(caFiles)]);
}

/** Whether texts fit into one ConfigMap. A UTF-16 unit takes at most 3 bytes, so bytes are rarely counted. */
export function areWithinBudget(texts: readonly string[]): boolean {
  const sum = (sizeOf: (text: string) => number): number => texts.reduce((total, text) => total + sizeOf(text), 0);
  return sum((text) => 3 * text.length) <= MAX_BYTES || sum(bytesOf) <= MAX_BYTES;
}

export interface FittedRoutes {
  readonly fitting: readonly Route[];
  readonly unfit: readonly Route[];
}

/**
 * Leaves out the last routes that do not fit. Routes that are being removed take precedence, because a route is removed
 * only while it is served. Certificates use the space that the rules leave, so that they never displace a rule.
 */
export function fitRoutes(routes: readonly Route[], certificates: FindCertificates): FittedRoutes {
  let room = MAX_BYTES - RESERVED_BYTES;
  const reserve = (bytes: number): boolean => {
    if (bytes > room) return false;
    room -= bytes;
    return true;
  };
  const byPriority = routes.toSorted((a, b) => Number(b.isLeaving === true) - Number(a.isLeaving === true));
  const withRule = new Set(byPriority.filter((route) => reserve(sizeBound(route))));
  const files = new Set<string>();
  const fits = (route: Route): boolean => {
    const fingerprint = route.caPool?.fingerprint;
    if (!withRule.has(route) || fingerprint === undefined || files.has(fingerprint)) return withRule.has(route);
    const hasRoom = reserve(bytesOf(certificates(fingerprint) ?? ''));
    if (hasRoom) files.add(fingerprint);
    return hasRoom;
  };
  const published = new Set(byPriority.filter(fits));
  return {
    fitting: routes.filter((route) => published.has(route)),
    unfit: routes.filter((route) => !published.has(route)),
  };
}

/** An upper bound for a rule in both files. YAML adds at most 6 characters of indentation to each key of the JSON. */
function sizeBound(route: Route): number {
  const rule = ruleOf(route);
  const keys = Object.keys(rule).length + Object.keys(rule.originRequest ?? {}).length;
  const check = rule.originRequest?.access === undefined ? 0 : CHECK_INDENT;
  return bytesOf(encodeRoute(route)) + LINE_BREAK + bytesOf(JSON.stringify(rule)) + keys * INDENT + check;
}

const LINE_BREAK = 2;
const INDENT = 6;
/** Of the four lines below `access`. */
const CHECK_INDENT = 60;

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
