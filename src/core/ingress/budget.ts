/**
 * What to publish when not everything fits into a ConfigMap: the API server would refuse it as a whole, and the
 * mistake, or the growth, of one Service would hold up all others.
 */
import type { FindCertificates } from '../ca-pool/files.ts';
import type { PublishedRules } from './published-rules.ts';
import type { Route } from '../model/route.ts';
import { encodeRoute } from '../published-routes/route-entry.ts';
import { ruleOf } from './rule.ts';

/** The API server counts the values of a ConfigMap. */
const MAX_BYTES = 1_048_576;
/** For what stands around the rules. */
const FRAME_BYTES = 8_192;

/** Whether a ConfigMap holds all of it. No character takes more than 3 bytes, so bytes are rarely counted. */
export function isWithinBudget({ config, routes, caFiles }: PublishedRules): boolean {
  const texts = [config, routes, ...Object.values(caFiles)];
  const sum = (sizeOf: (text: string) => number): number => texts.reduce((total, text) => total + sizeOf(text), 0);
  return sum((text) => 3 * text.length) <= MAX_BYTES || sum(bytesOf) <= MAX_BYTES;
}

export interface FittedRoutes {
  readonly fitting: readonly Route[];
  readonly unfit: readonly Route[];
}

/**
 * Leaves out what does not fit, the last first. What is on its way out goes before all, since it ends by itself only
 * while it is served; certificates get what the rules leave over, so that nobody's pools push out a rule.
 */
export function fitRoutes(routes: readonly Route[], certificates: FindCertificates): FittedRoutes {
  let room = MAX_BYTES - FRAME_BYTES;
  const take = (bytes: number): boolean => {
    if (bytes > room) return false;
    room -= bytes;
    return true;
  };
  const byUrgency = routes.toSorted((a, b) => Number(b.isLeaving === true) - Number(a.isLeaving === true));
  const ruled = new Set(byUrgency.filter((route) => take(weightOf(route))));
  const files = new Set<string>();
  const fits = (route: Route): boolean => {
    const fingerprint = route.caPool?.fingerprint;
    if (!ruled.has(route) || fingerprint === undefined || files.has(fingerprint)) return ruled.has(route);
    const isTaken = take(bytesOf(certificates(fingerprint) ?? ''));
    if (isTaken) files.add(fingerprint);
    return isTaken;
  };
  const published = new Set(byUrgency.filter(fits));
  return {
    fitting: routes.filter((route) => published.has(route)),
    unfit: routes.filter((route) => !published.has(route)),
  };
}

/** At least what a rule takes in both files: YAML indents by 6 what JSON puts between quotes and commas. */
function weightOf(route: Route): number {
  const rule = ruleOf(route);
  const keys = Object.keys(rule).length + Object.keys(rule.originRequest ?? {}).length;
  return bytesOf(encodeRoute(route)) + LINE_BREAK + bytesOf(JSON.stringify(rule)) + keys * INDENT;
}

const LINE_BREAK = 2;
const INDENT = 6;

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
