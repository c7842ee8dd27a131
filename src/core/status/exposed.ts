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
  const wasExposed = saidAll(verdict.routes, current);
  if (waiting.length === 0 && (news?.isServed === true || wasExposed)) return exposed(verdict, news);
  if (wasExposed && news?.isComplete !== true) return stillExposed(verdict, current);
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

/** What the Tunnel has to say of the hostnames is unknown, so what it said last still stands. */
function stillExposed({ routes }: Verdict, current: Report): Report {
  const [, ...remarks] = current.message.split(BESIDES);
  return { status: 'True', reason: 'Exposed', message: [urls(routes), ...remarks].join(BESIDES) };
}

/** Parts the URLs from what a person should know of them. */
const BESIDES = '; ';

/** Whether all of these routes were exposed when the condition was written. */
function saidAll(routes: readonly Route[], current: Report | undefined): current is Report {
  if (current?.status !== 'True') return false;
  const before = current.message.split(BESIDES)[0] ?? '';
  const said = new Set(before.split(', '));
  return before === urls(routes) || routes.every((route) => said.has(urlOf(route)));
}

/** Parts what is wrong from what goes on working; the latter alone is never news. */
export const STILL_SERVED = ' (still served: ';

/** One reason at a time, and a word on what goes on working meanwhile. */
function failed({ reason, message }: Problem, served: readonly Route[]): Report {
  const still = served.length === 0 ? '' : `${STILL_SERVED}${urls(served)})`;
  return { status: reason === 'Progressing' ? 'Unknown' : 'False', reason, message: `${message}${still}` };
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
