/** Decides what a Service's `cftunnel.io/Exposed` condition says. */
import type { ObjectKey } from '../../api/objects.ts';
import type { Hostname } from '../hostname.ts';
import { splitKey } from '../keys.ts';
import { listed } from '../quote.ts';
import { type Problem, type Remark, type Route, claimOf } from '../routes/route.ts';
import type { Verdict } from '../routes/table.ts';
import type { Report } from './conditions.ts';
import { ANSWERED_BY, BESIDES, isSaid, urls } from './urls.ts';

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
  /** Set when no connector is connected, so that nobody gets an answer. */
  readonly unconnected: string | undefined;
  /** False: the records could not be looked at, so a hostname that is not in `live` may be live all the same. */
  readonly isComplete: boolean;
}

/** What is known of a Service beside its routes. */
export interface ServiceState {
  /** What its condition says now. */
  readonly current: Report | undefined;
  /** It has had no ready endpoint for a while. False: it has one, or it is not known. */
  readonly isUnanswered: boolean;
}

/**
 * What was exposed stays so while connectors are replaced, and while it cannot be looked at: unknown is never "not".
 * What nobody can answer is not exposed, whether the connectors are missing or the pods behind the Service.
 */
export function describeExposed(verdict: Verdict, news: TunnelNews | undefined, state: ServiceState): Report {
  const { current } = state;
  const served = servedOf(verdict, news);
  const [problem] = verdict.problems;
  if (problem !== undefined) return failed(problem, served);
  for (const route of verdict.routes) {
    const refusal = news?.refusedRules.get(claimOf(route)) ?? news?.refused.get(route.hostname);
    if (refusal !== undefined) return failed(refusal, served);
  }
  if (news?.unconnected !== undefined) return notReady('NoConnectors', verdict, news.unconnected);
  const isLiveNow = verdict.routes.every((route) => isLive(route, news));
  const wasExposed = current !== undefined && wasLive(current) && isSameAs(current, verdict, news);
  if (isLiveNow && (news?.isServed === true || wasExposed)) return answered(verdict, exposed(verdict, news), state);
  if (wasExposed && news?.isComplete !== true) return answered(verdict, stillExposed(verdict, news, current), state);
  if (news?.blocked !== undefined) return notReady('TunnelNotReady', verdict, news.blocked);
  return progressing(verdict, news);
}

/** Rule and record are in place, whether or not a pod answers behind them. */
function wasLive({ status, reason }: Report): boolean {
  return status === 'True' || reason === 'NoReadyEndpoints';
}

function isSameAs(current: Report, { routes }: Verdict, news: TunnelNews | undefined): boolean {
  return isSaid(routes, current) || wereServed(routes, news);
}

function notReady(reason: 'NoConnectors' | 'TunnelNotReady', { tunnel }: Verdict, why: string): Report {
  return { status: 'False', reason, message: `Tunnel ${tunnel} is not ready: ${why}` };
}

/** Names what was not served before: the rest of a rename goes on. The same until all of it is served. */
function progressing({ routes }: Verdict, news: TunnelNews | undefined): Report {
  const added = routes.filter((route) => news?.served.get(claimOf(route)) !== route.source);
  const names = listed((added.length > 0 ? added : routes).map(claimOf));
  return { status: 'Unknown', reason: 'Progressing', message: `Waiting until ${names} is served` };
}

function answered({ service, routes }: Verdict, report: Report, { isUnanswered }: ServiceState): Report {
  return isUnanswered ? { status: 'False', reason: 'NoReadyEndpoints', message: unanswered(service, routes) } : report;
}

function unanswered(service: ObjectKey, routes: readonly Route[]): string {
  const { namespace, name } = splitKey(service);
  const command = `kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${name}`;
  return `${urls(routes)}${ANSWERED_BY}visitors get HTTP 502, because Service ${service} has no ready pod. See: ${command}`;
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
function stillExposed(verdict: Verdict, news: TunnelNews | undefined, { status, message }: Report): Report {
  if (status !== 'True' || !isSaid(verdict.routes, { message })) return exposed(verdict, news);
  return { status: 'True', reason: 'Exposed', message };
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
  if (news?.unconnected !== undefined) return [];
  return verdict.routes.filter((route) => isLive(route, news));
}
