/** Lists every requested hostname: what it leads to, and how it stands. */
import type { ObjectKey } from '../../api/objects.ts';
import { compare } from '../keys.ts';
import { isLanName, placeOf } from '../model/lan-name.ts';
import type { Hostname } from '../model/hostname.ts';
import { type PathMatch, type Route, type RouteAccess, claimOf } from '../model/route.ts';
import type { ParsedRoute, RouteRequest } from '../model/route-request.ts';
import { type SourceKey, namespaceOf } from '../model/source.ts';
import { type TunnelAccess, effectiveAccess, tunnelAccess } from '../protection/effective-access.ts';
import type { Attachable } from '../routing/attachable.ts';
import type { Standing } from '../sources/source.ts';
import { stillServed } from '../status/still-served.ts';
import { urlOf } from '../status/urls.ts';

/** One requested hostname, or one path of it. */
export interface HostnameEntry {
  /** Empty if the request is so broken that it names none. */
  readonly hostname: string;
  readonly path?: PathMatch;
  /** The hostname with its path, as in messages. */
  readonly claim: string;
  /** What visitors open; absent if the request does not say what the hostname leads to. */
  readonly url?: string;
  readonly source: SourceKey;
  /** Absent: none is named, and none is the default as far as is known. */
  readonly tunnel?: ObjectKey;
  readonly origin?: string;
  /** A name of the local network, which has no rule. */
  readonly isLocal?: true;
  /** What it and its Tunnel say about who may enter. Absent: nothing. */
  readonly access?: RouteAccess;
  /** What the operator has written, as far as it is about this hostname. */
  readonly standing: Standing;
}

export interface OverviewFacts {
  readonly requests: readonly RouteRequest[];
  /** The Tunnels and Namespaces that are known, perhaps not all. */
  readonly to: Attachable;
  /** What the status of a source says; absent: nothing yet. */
  readonly standingOf: (source: SourceKey) => Standing | undefined;
}

export function overviewOf({ requests, to, standingOf }: OverviewFacts): readonly HostnameEntry[] {
  const entries = requests.flatMap((request) => entriesOf(request, to, standingOf(request.source)));
  return entries.toSorted(
    (a, b) => compare(namespaceOf(a.source), namespaceOf(b.source)) || compare(a.claim, b.claim) || bySource(a, b),
  );
}

function bySource(a: HostnameEntry, b: HostnameEntry): number {
  return compare(a.source, b.source);
}

function entriesOf(
  request: RouteRequest,
  { tunnels, defaultTunnel, related }: Attachable,
  told: Standing | undefined,
): readonly HostnameEntry[] {
  const { source, routes } = request;
  const tunnel =
    request.tunnel ?? (defaultTunnel && `${defaultTunnel.metadata.namespace}/${defaultTunnel.metadata.name}`);
  const found = tunnel === undefined ? undefined : tunnels.get(tunnel);
  const access = found && tunnelAccess(found, related);
  const about = { source, ...(tunnel === undefined ? {} : { tunnel }) };
  const entries = routes.flatMap((route) =>
    namesOf(route, request, found?.spec.domain).map((name) => entryOf(name, route, { source, access })),
  );
  if (entries.length === 0) return [{ ...about, hostname: '', claim: '', standing: standingAt(told, undefined) }];
  return entries.map(({ url, ...entry }) => ({
    ...about,
    ...entry,
    ...(url === undefined ? {} : { url }),
    standing: standingAt(told, url),
  }));
}

/** The hostnames of a route. One that is derived from a domain that is not known is shown as such. */
function namesOf(
  { hostnames }: ParsedRoute,
  { name, problems }: RouteRequest,
  domain: string | undefined,
): readonly string[] {
  if (hostnames.length > 0) return hostnames;
  // A misspelt annotation may be the one that names the hostname.
  if (problems.length > 0) return [];
  return [domain === undefined ? `${name}.<domain>` : `${name}.${domain}`];
}

type Described = Pick<HostnameEntry, 'hostname' | 'path' | 'claim' | 'origin' | 'url' | 'isLocal' | 'access'>;

interface Place {
  readonly source: SourceKey;
  /** Absent: the Tunnel is not known. */
  readonly access: TunnelAccess | undefined;
}

function entryOf(name: string, { target }: ParsedRoute, { source, access }: Place): Described {
  const hostname = name as Hostname;
  if (target === undefined) return { hostname, claim: hostname };
  const route: Route = { source, hostname, ...target };
  return {
    hostname,
    ...(route.path === undefined ? {} : { path: route.path }),
    claim: claimOf(route),
    origin: placeOf(route),
    url: urlOf(route),
    ...(isLanName(route) ? { isLocal: true as const } : accessOf(route, access)),
  };
}

function accessOf({ access: asked }: Route, of: TunnelAccess | undefined): Pick<HostnameEntry, 'access'> {
  if (of === undefined) return asked === undefined ? {} : { access: asked };
  const settled = effectiveAccess(asked, of);
  return 'problem' in settled ? {} : settled;
}

const UNANSWERED: Standing = {
  status: 'Unknown',
  reason: 'Unanswered',
  message: 'The operator has not reported on it yet. Is it running? See: cftunnel check',
};

/** A source with several hostnames has one condition, which names those that are served although others are not. */
function standingAt(told: Standing | undefined, url: string | undefined): Standing {
  if (told === undefined) return UNANSWERED;
  const { status, reason, message } = told;
  if (status !== 'True' && url !== undefined && stillServed(message).has(url))
    return { status: 'True', reason: 'Exposed', message: url };
  return { status, reason, message };
}
