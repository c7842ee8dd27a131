/** Decides what a Service's `cftunnel.io/Exposed` condition says. */
import type { ObjectKey } from '../../api/objects.ts';
import type { Hostname } from '../hostname.ts';
import { listed } from '../quote.ts';
import { schemeOf } from '../routes/protocol.ts';
import { type Problem, type Remark, type Route, claimOf } from '../routes/route.ts';
import type { Verdict } from '../routes/table.ts';
import type { Report } from './conditions.ts';

/** What a Tunnel's last pass knows of the hostnames it serves. */
export interface TunnelNews {
  /** Claims whose rule is published, and whose record is in place or left to somebody else; and whose they are. */
  readonly live: ReadonlyMap<string, ObjectKey>;
  /** Hostnames whose record is in place. */
  readonly recorded: ReadonlySet<string>;
  /** Every connector serves the published rules. */
  readonly isServed: boolean;
  /** Claims that were live and served by every connector when that was last known; and whose they are. */
  readonly served: ReadonlyMap<string, ObjectKey>;
  /** Claims whose rule is not published, and why. */
  readonly refusedRules: ReadonlyMap<string, Problem>;
  /** Hostnames that can have no record, and why. */
  readonly refused: ReadonlyMap<Hostname, Problem>;
  /** What a person should know of hostnames all the same. */
  readonly remarks: ReadonlyMap<Hostname, readonly Remark[]>;
  /** Set when the Tunnel itself has a problem that a person must mend. */
  readonly blocked: string | undefined;
  /** False: the records could not be looked at, so a hostname that is not in `live` may be live all the same. */
  readonly isComplete: boolean;
}

/**
 * `Progressing` means: nothing is wrong, and it is not worth a word yet. What was exposed stays so while connectors are
 * replaced, and while it cannot be looked at: unknown is never "not".
 */
export function describeExposed(verdict: Verdict, news: TunnelNews | undefined, current: Report | undefined): Report {
  const [problem] = verdict.problems;
  if (problem !== undefined) return failed(problem, servedOf(verdict, news));
  for (const route of verdict.routes) {
    const refusal = news?.refusedRules.get(claimOf(route)) ?? news?.refused.get(route.hostname);
    if (refusal !== undefined) return failed(refusal, servedOf(verdict, news));
  }
  const waiting = verdict.routes.filter((route) => !isLive(route, news));
  const wasExposed =
    current?.status === 'True' && (isSaid(verdict.routes, current) || wereServed(verdict.routes, news));
  if (waiting.length === 0 && (news?.isServed === true || wasExposed)) return exposed(verdict, news);
  if (wasExposed && news?.isComplete !== true) return stillExposed(verdict, news, current);
  if (news?.blocked !== undefined)
    return {
      status: 'False',
      reason: 'TunnelNotReady',
      message: `Tunnel ${verdict.tunnel} is not ready: ${news.blocked}`,
    };
  const names = listed((waiting.length > 0 ? waiting : verdict.routes).map(claimOf));
  return { status: 'Unknown', reason: 'Progressing', message: `Waiting until ${names} is served` };
}

/** Whether a route is served; a claim that has just changed hands is its last holder's until the rules say otherwise. */
export function isLive(route: Route, news: Pick<TunnelNews, 'live'> | undefined): boolean {
  return news?.live.get(claimOf(route)) === route.source;
}

/** What a Service should know beside being served: each thing once. */
export function remarksOn({ routes, remarks }: Verdict, news: TunnelNews | undefined): readonly Remark[] {
  const ofNames = [...new Set(routes.map(({ hostname }) => hostname))].flatMap((name) => news?.remarks.get(name) ?? []);
  const all = [...remarks, ...ofNames];
  return all.filter(({ message }, index) => all.findIndex((other) => other.message === message) === index);
}

function exposed(verdict: Verdict, news: TunnelNews | undefined): Report {
  const remarks = remarksOn(verdict, news).map(({ message }) => message);
  const message = [urls(verdict.routes), ...remarks].join(BESIDES);
  return { status: 'True', reason: 'Exposed', message };
}

/** What the Tunnel has to say of the hostnames is unknown, so what was said last still stands. */
function stillExposed(verdict: Verdict, news: TunnelNews | undefined, { message }: Report): Report {
  if (!isSaid(verdict.routes, { message })) return exposed(verdict, news);
  return { status: 'True', reason: 'Exposed', message };
}

/** Parts the URLs from what a person should know of them. */
const BESIDES = '; ';

/** Whether the condition says what it would say of these routes. After a restart nothing else is known of before. */
function isSaid(routes: readonly Route[], { message }: Pick<Report, 'message'>): boolean {
  const said = urls(routes);
  return message === said || message.startsWith(said + BESIDES);
}

function wereServed(routes: readonly Route[], news: TunnelNews | undefined): boolean {
  return routes.every((route) => news?.served.get(claimOf(route)) === route.source);
}

/** Stands between what is wrong and what goes on working. */
export const STILL_SERVED = ' (still served: ';

/** One reason at a time, and a word on what goes on working meanwhile. */
function failed({ reason, message }: Problem, served: readonly Route[]): Report {
  const still = served.length === 0 ? '' : `${STILL_SERVED}${urls(served)})`;
  const status = reason === 'Progressing' ? 'Unknown' : 'False';
  return { status, reason, message: `${message}${still}`, gist: message };
}

function servedOf(verdict: Verdict, news: TunnelNews | undefined): readonly Route[] {
  return verdict.routes.filter((route) => isLive(route, news));
}

function urls(routes: readonly Route[]): string {
  return listed(routes.map(urlOf));
}

/** What a visitor opens; what is no website is opened with `cloudflared access`, which takes the hostname. */
function urlOf({ hostname, path, origin }: Route): string {
  const protocol = schemeOf(origin);
  const scheme = protocol.startsWith('http') ? 'https' : protocol;
  if (path === undefined) return `${scheme}://${hostname}`;
  return path.type === 'Regex'
    ? `${scheme}://${hostname} (paths like ${path.value})`
    : `${scheme}://${hostname}${path.value}`;
}
