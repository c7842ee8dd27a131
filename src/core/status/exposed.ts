/** Reports the `cftunnel.io/Exposed` condition of a Service. */
import type { ObjectKey } from '../../api/objects.ts';
import type { Hostname } from '../model/hostname.ts';
import { splitKey } from '../keys.ts';
import { isLanName } from '../model/lan-name.ts';
import { listed } from '../quote.ts';
import { type Problem, type Warning, type Route, claimOf } from '../model/route.ts';
import { isOriginWithoutBackend } from '../model/service-origin.ts';
import type { SourceKey } from '../model/source.ts';
import type { RouteResult } from '../routing/table.ts';
import type { Report } from './conditions.ts';
import { stillServedSuffix } from './still-served.ts';
import { ERROR_SEPARATOR, WARNING_SEPARATOR, describesRoutes, urls } from './urls.ts';

/** The state of a Tunnel's hostnames after its last pass. */
export interface TunnelObservation {
  /** By claim, the source whose rule is published and whose record exists or is not managed. */
  readonly live: ReadonlyMap<string, SourceKey>;
  /** Hostnames whose record exists; those of the local network also with each of their addresses. */
  readonly recorded: ReadonlySet<string>;
  /** At least one connector is connected. */
  readonly isConnected: boolean;
  /** Every connector serves the published rules. */
  readonly isServed: boolean;
  /** By claim, the source that every connector served when this was last known. */
  readonly served: ReadonlyMap<string, SourceKey>;
  /** By claim, why its rule is not published. */
  readonly refusedRules: ReadonlyMap<string, Problem>;
  /** By hostname, why it has no record. */
  readonly refused: ReadonlyMap<Hostname, Problem>;
  /** By hostname, problems that do not prevent its record. */
  readonly warnings: ReadonlyMap<Hostname, readonly Warning[]>;
  /** A problem of the Tunnel that a user has to resolve. */
  readonly blocked: string | undefined;
  /** Why no connector is connected. */
  readonly unconnected: string | undefined;
  /** False: the records could not be read, so a claim that is not in `live` may be live nevertheless. */
  readonly isComplete: boolean;
}

/** The state of a source apart from its routes. */
export interface SourceState {
  /** Its present condition. */
  readonly current: Report | undefined;
  /** Services that its routes lead to, and that have had no ready endpoint for a while. */
  readonly unanswered: readonly ObjectKey[];
}

/**
 * A Service that was exposed stays so while connectors are replaced and while its state is unknown. A Service is not
 * exposed if nothing can answer its visitors, because connectors or ready pods are missing. Names of the local network
 * need no connectors.
 */
export function describeExposed(
  result: RouteResult,
  observation: TunnelObservation | undefined,
  state: SourceState,
): Report {
  const { current } = state;
  const isLocal = result.routes.length > 0 && result.routes.every(isLanName);
  const served = servedOf(result, observation);
  const [problem] = result.problems;
  if (problem !== undefined) return failed(problem, served);
  for (const route of result.routes) {
    const refusal = observation?.refusedRules.get(claimOf(route)) ?? observation?.refused.get(route.hostname);
    if (refusal !== undefined) return failed(refusal, served);
  }
  if (observation?.unconnected !== undefined && !isLocal)
    return notReady('NoConnectors', result, observation.unconnected);
  const isLiveNow = result.routes.every((route) => isLive(route, observation));
  const wasExposed = current !== undefined && wasLive(current, observation) && isSameAs(current, result, observation);
  if (isLiveNow && (observation?.isServed === true || isLocal || wasExposed))
    return withEndpointCheck(result, exposed(result, observation), state);
  if (wasExposed && observation?.isComplete !== true)
    return withEndpointCheck(result, stillExposed(result, observation, current), state);
  if (observation?.blocked !== undefined) return notReady('TunnelNotReady', result, observation.blocked);
  return progressing(result, observation);
}

/** Whether rule and record were live, with or without a ready pod, or a connector if it is connected again. */
function wasLive({ status, reason }: Report, observation: TunnelObservation | undefined): boolean {
  const isReconnected = reason === 'NoConnectors' && observation?.isConnected === true;
  return status === 'True' || reason === 'NoReadyEndpoints' || isReconnected;
}

function isSameAs(current: Report, { routes }: RouteResult, observation: TunnelObservation | undefined): boolean {
  return describesRoutes(routes, current) || wereServed(routes, observation);
}

function notReady(reason: 'NoConnectors' | 'TunnelNotReady', { tunnel }: RouteResult, why: string): Report {
  return { status: 'False', reason, message: `Tunnel ${tunnel} is not ready: ${why}` };
}

/** Names the claims that are not served yet. The message stays the same until all of them are served. */
function progressing({ routes }: RouteResult, observation: TunnelObservation | undefined): Report {
  const added = routes.filter((route) => observation?.served.get(claimOf(route)) !== route.source);
  const names = listed((added.length > 0 ? added : routes).map(claimOf));
  return { status: 'Unknown', reason: 'Progressing', message: `Waiting for ${names} to be served` };
}

function withEndpointCheck({ routes }: RouteResult, report: Report, { unanswered }: SourceState): Report {
  if (unanswered.length === 0) return report;
  return { status: 'False', reason: 'NoReadyEndpoints', message: noEndpointsMessage(routes, unanswered) };
}

function noEndpointsMessage(routes: readonly Route[], services: readonly ObjectKey[]): string {
  const names = `Service ${listed(services)} has no ready pod`;
  return `${urls(routes)}${ERROR_SEPARATOR}visitors get HTTP 502, because ${names}. See: ${listed(services.map(commandFor), '; ')}`;
}

function commandFor(service: ObjectKey): string {
  const { namespace, name } = splitKey(service);
  return `kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${name}`;
}

/** Whether a route is live. A claim that has moved to another Service is live only once that Service's rule is published. */
export function isLive(route: Route, observation: Pick<TunnelObservation, 'live'> | undefined): boolean {
  return observation?.live.get(claimOf(route)) === route.source;
}

/** The warnings for a Service, without duplicates. */
export function warningsOn(
  { routes, warnings }: RouteResult,
  observation: TunnelObservation | undefined,
): readonly Warning[] {
  const hostnameWarnings = [...new Set(routes.map(({ hostname }) => hostname))].flatMap(
    (name) => observation?.warnings.get(name) ?? [],
  );
  const all = [...warnings, ...hostnameWarnings];
  return all.filter(({ message }, index) => all.findIndex((other) => other.message === message) === index);
}

function exposed(result: RouteResult, observation: TunnelObservation | undefined): Report {
  const warnings = warningsOn(result, observation).map(({ message }) => message);
  const message = [urls(result.routes), ...warnings].join(WARNING_SEPARATOR);
  return { status: 'True', reason: 'Exposed', message };
}

/** The state of the hostnames is unknown, so the last condition is kept. */
function stillExposed(
  result: RouteResult,
  observation: TunnelObservation | undefined,
  { status, message }: Report,
): Report {
  if (status !== 'True' || !describesRoutes(result.routes, { message })) return exposed(result, observation);
  return { status: 'True', reason: 'Exposed', message };
}

function wereServed(routes: readonly Route[], observation: TunnelObservation | undefined): boolean {
  return routes.every((route) => observation?.served.get(claimOf(route)) === route.source);
}

/** Reports one problem, and the URLs that keep working. */
function failed({ reason, message }: Problem, served: readonly Route[]): Report {
  const status = reason === 'Progressing' ? 'Unknown' : 'False';
  return { status, reason, message: `${message}${stillServedSuffix(served)}`, eventMessage: message };
}

function servedOf(result: RouteResult, observation: TunnelObservation | undefined): readonly Route[] {
  const isConnected = observation?.unconnected === undefined;
  return result.routes.filter(
    (route) => isLive(route, observation) && (isConnected || isLanName(route)) && !isOriginWithoutBackend(route.origin),
  );
}
