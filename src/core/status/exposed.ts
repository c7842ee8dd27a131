/** Decides what a Service's `cftunnel.io/Exposed` condition says. */
import type { ObjectKey } from '../../api/objects.ts';
import type { Hostname } from '../model/hostname.ts';
import { splitKey } from '../keys.ts';
import { listed } from '../quote.ts';
import { type Problem, type Warning, type Route, claimOf } from '../model/route.ts';
import { serviceOf } from '../model/service-origin.ts';
import type { SourceKey } from '../model/source.ts';
import type { RouteResult } from '../routing/table.ts';
import type { Report } from './conditions.ts';
import { ANSWERED_BY, BESIDES, isSaid, urls } from './urls.ts';

/** What a Tunnel's last pass knows of the hostnames it serves. */
export interface TunnelObservation {
  /** Claims whose rule is published, and whose record is in place or left to somebody else; and whose they are. */
  readonly live: ReadonlyMap<string, SourceKey>;
  /** Hostnames whose record is in place. */
  readonly recorded: ReadonlySet<string>;
  /** Every connector serves the published rules. */
  readonly isServed: boolean;
  /** Claims that were live and served by every connector when that was last known; and whose they are. */
  readonly served: ReadonlyMap<string, SourceKey>;
  /** Claims whose rule is not published, and why. */
  readonly refusedRules: ReadonlyMap<string, Problem>;
  /** Hostnames that can have no record, and why. */
  readonly refused: ReadonlyMap<Hostname, Problem>;
  /** What a person should know of hostnames all the same. */
  readonly warnings: ReadonlyMap<Hostname, readonly Warning[]>;
  /** Set when the Tunnel itself has a problem that a person must mend. */
  readonly blocked: string | undefined;
  /** Set when no connector is connected, so that nobody gets an answer. */
  readonly unconnected: string | undefined;
  /** False: the records could not be looked at, so a hostname that is not in `live` may be live all the same. */
  readonly isComplete: boolean;
}

/** What is known of a source apart from its routes. */
export interface SourceState {
  /** What its condition says now. */
  readonly current: Report | undefined;
  /** It has had no ready endpoint for a while. False: it has one, or it is not known. */
  readonly isUnanswered: boolean;
}

/**
 * What was exposed stays so while connectors are replaced, and while it cannot be looked at: unknown is never "not".
 * What nobody can answer is not exposed, whether the connectors are missing or the pods behind the Service.
 */
export function describeExposed(
  result: RouteResult,
  observation: TunnelObservation | undefined,
  state: SourceState,
): Report {
  const { current } = state;
  const served = servedOf(result, observation);
  const [problem] = result.problems;
  if (problem !== undefined) return failed(problem, served);
  for (const route of result.routes) {
    const refusal = observation?.refusedRules.get(claimOf(route)) ?? observation?.refused.get(route.hostname);
    if (refusal !== undefined) return failed(refusal, served);
  }
  if (observation?.unconnected !== undefined) return notReady('NoConnectors', result, observation.unconnected);
  const isLiveNow = result.routes.every((route) => isLive(route, observation));
  const wasExposed = current !== undefined && wasLive(current) && isSameAs(current, result, observation);
  if (isLiveNow && (observation?.isServed === true || wasExposed))
    return answered(result, exposed(result, observation), state);
  if (wasExposed && observation?.isComplete !== true)
    return answered(result, stillExposed(result, observation, current), state);
  if (observation?.blocked !== undefined) return notReady('TunnelNotReady', result, observation.blocked);
  return progressing(result, observation);
}

/** Rule and record are in place, whether or not a pod answers behind them. */
function wasLive({ status, reason }: Report): boolean {
  return status === 'True' || reason === 'NoReadyEndpoints';
}

function isSameAs(current: Report, { routes }: RouteResult, observation: TunnelObservation | undefined): boolean {
  return isSaid(routes, current) || wereServed(routes, observation);
}

function notReady(reason: 'NoConnectors' | 'TunnelNotReady', { tunnel }: RouteResult, why: string): Report {
  return { status: 'False', reason, message: `Tunnel ${tunnel} is not ready: ${why}` };
}

/** Names what was not served before: the rest of a rename goes on. The same until all of it is served. */
function progressing({ routes }: RouteResult, observation: TunnelObservation | undefined): Report {
  const added = routes.filter((route) => observation?.served.get(claimOf(route)) !== route.source);
  const names = listed((added.length > 0 ? added : routes).map(claimOf));
  return { status: 'Unknown', reason: 'Progressing', message: `Waiting until ${names} is served` };
}

function answered({ routes }: RouteResult, report: Report, { isUnanswered }: SourceState): Report {
  return isUnanswered ? { status: 'False', reason: 'NoReadyEndpoints', message: unanswered(routes) } : report;
}

function unanswered(routes: readonly Route[]): string {
  const services = [...new Set(routes.flatMap(({ origin }) => serviceOf(origin) ?? []))];
  const names = `Service ${listed(services)} has no ready pod`;
  return `${urls(routes)}${ANSWERED_BY}visitors get HTTP 502, because ${names}. See: ${listed(services.map(commandFor), '; ')}`;
}

function commandFor(service: ObjectKey): string {
  const { namespace, name } = splitKey(service);
  return `kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${name}`;
}

/** Whether a route is served; a claim that has just changed hands is its last holder's until the rules say otherwise. */
export function isLive(route: Route, observation: Pick<TunnelObservation, 'live'> | undefined): boolean {
  return observation?.live.get(claimOf(route)) === route.source;
}

/** What a Service should know beside being served: each thing once. */
export function warningsOn(
  { routes, warnings }: RouteResult,
  observation: TunnelObservation | undefined,
): readonly Warning[] {
  const ofNames = [...new Set(routes.map(({ hostname }) => hostname))].flatMap(
    (name) => observation?.warnings.get(name) ?? [],
  );
  const all = [...warnings, ...ofNames];
  return all.filter(({ message }, index) => all.findIndex((other) => other.message === message) === index);
}

function exposed(result: RouteResult, observation: TunnelObservation | undefined): Report {
  const warnings = warningsOn(result, observation).map(({ message }) => message);
  const message = [urls(result.routes), ...warnings].join(BESIDES);
  return { status: 'True', reason: 'Exposed', message };
}

/** What the Tunnel has to say of the hostnames is unknown, so what was said last still stands. */
function stillExposed(
  result: RouteResult,
  observation: TunnelObservation | undefined,
  { status, message }: Report,
): Report {
  if (status !== 'True' || !isSaid(result.routes, { message })) return exposed(result, observation);
  return { status: 'True', reason: 'Exposed', message };
}

function wereServed(routes: readonly Route[], observation: TunnelObservation | undefined): boolean {
  return routes.every((route) => observation?.served.get(claimOf(route)) === route.source);
}

/** Stands between what is wrong and what goes on working. */
export const STILL_SERVED = ' (still served: ';

/** One reason at a time, and a word on what goes on working meanwhile. */
function failed({ reason, message }: Problem, served: readonly Route[]): Report {
  const still = served.length === 0 ? '' : `${STILL_SERVED}${urls(served)})`;
  const status = reason === 'Progressing' ? 'Unknown' : 'False';
  return { status, reason, message: `${message}${still}`, eventMessage: message };
}

function servedOf(result: RouteResult, observation: TunnelObservation | undefined): readonly Route[] {
  if (observation?.unconnected !== undefined) return [];
  return result.routes.filter((route) => isLive(route, observation));
}
