/**
 * Decides who is routed where: every Service that asks, every Tunnel, one table.
 *
 * Guarantees
 * - The same objects, in any order, give the same table.
 * - A path of a hostname belongs to one Service, the oldest that asks for it; everyone else is told who holds it.
 * - A Service whose ask cannot be read or met for now keeps what it last had (`lastGood`), and its claim with it.
 */
import type { Namespace, ObjectKey, Service, Tunnel } from '../../api/objects.ts';
import type { CaPoolKey } from '../ca-pool/pool.ts';
import { type FindCaPool, trust } from '../ca-pool/trust.ts';
import type { Hostname } from '../hostname.ts';
import { byAge, keyOf } from '../keys.ts';
import { type Attachable, admits, attach, defaultTunnelOf } from './attach.ts';
import { type Claims, claim, noClaims } from './claims.ts';
import { isGuarded } from './guard.ts';
import { type Ask, isAsking } from './parse.ts';
import type { Problem, Remark, Route } from './route.ts';

export interface RoutingInput {
  readonly tunnels: readonly Tunnel[];
  readonly services: readonly Service[];
  readonly namespaces: readonly Namespace[];
  /** What a Service that asks to be exposed asks for. */
  readonly parse: (service: Service) => Ask;
  /** What a Service's routes were when they were last published. */
  readonly lastGood: (service: ObjectKey) => LastGood | undefined;
  readonly caPool: FindCaPool;
}

export interface LastGood {
  readonly tunnel: ObjectKey;
  readonly routes: readonly Route[];
}

/** The answer for one Service that asks to be exposed. */
export interface Verdict {
  readonly service: ObjectKey;
  readonly tunnel: ObjectKey | undefined;
  /** What is to be served now; with problems it may be less than was asked, or the last good state. */
  readonly routes: readonly Route[];
  readonly problems: readonly Problem[];
  /** What a person should know all the same. */
  readonly remarks: readonly Remark[];
}

export interface RoutingTable {
  /** Every Service that asks to be exposed. */
  readonly verdicts: ReadonlyMap<ObjectKey, Verdict>;
  /** By Tunnel: the routes to publish, of Services whose finalizer is in place. */
  readonly published: ReadonlyMap<ObjectKey, readonly Route[]>;
  /** Services that have routes and wait for their finalizer. */
  readonly unguarded: ReadonlySet<ObjectKey>;
  /** By Tunnel: the verdicts on all that ask for it. */
  readonly asking: ReadonlyMap<ObjectKey, readonly Verdict[]>;
  /** Which Tunnel claims a hostname. */
  readonly claims: ReadonlyMap<Hostname, ObjectKey>;
  /** The certificates that routes ask for. */
  readonly caPools: ReadonlySet<CaPoolKey>;
}

/** Problems that a person mends in the Service itself: until then the last good state stays. */
const KEEPS_LAST_GOOD: ReadonlySet<string> = new Set(['InvalidAnnotation', 'PortNotFound', 'TunnelNotFound']);

export function buildRoutingTable(input: RoutingInput): RoutingTable {
  const attachable: Attachable = {
    tunnels: new Map(input.tunnels.map((tunnel) => [keyOf(tunnel), tunnel])),
    defaultTunnel: defaultTunnelOf(input.tunnels),
    namespaces: new Map(input.namespaces.map((namespace) => [namespace.metadata.name, namespace])),
  };
  const claims = noClaims();
  const verdicts = new Map<ObjectKey, Verdict>();
  const published = new Map<ObjectKey, Route[]>();
  const caPools = new Set<CaPoolKey>();
  const find: FindCaPool = (reference) => {
    caPools.add(reference);
    return input.caPool(reference);
  };
  const unguarded = new Set<ObjectKey>();
  for (const service of input.services.toSorted(byAge)) {
    if (!isAsking(service)) continue;
    const verdict = settle(wishOf(service, attachable, { ...input, caPool: find }), claims);
    verdicts.set(verdict.service, verdict);
    if (verdict.tunnel === undefined || verdict.routes.length === 0) continue;
    if (isGuarded(service)) addTo(published, verdict.tunnel, verdict.routes);
    else unguarded.add(verdict.service);
  }
  const asking = Map.groupBy(verdicts.values(), ({ tunnel }) => tunnel ?? '');
  return { verdicts, published, unguarded, asking, claims: tunnelsOf(claims), caPools };
}

/** What a Service would get if it were alone in the world. */
function wishOf(service: Service, to: Attachable, { parse, lastGood, caPool }: RoutingInput): Verdict {
  const ask = parse(service);
  const { problems, remarks } = ask;
  if (problems.length > 0) return keep(service, to, lastGood, { tunnel: ask.tunnel, problems });
  const attachment = attach(service, ask, to);
  const tunnel = attachment.tunnel && keyOf(attachment.tunnel);
  if (attachment.problems.some((problem) => KEEPS_LAST_GOOD.has(problem.reason)))
    return keep(service, to, lastGood, { tunnel, problems: attachment.problems });
  const trusted = trust(attachment.routes, caPool, () => lastAt(tunnel, lastGood(keyOf(service))));
  return {
    service: keyOf(service),
    tunnel,
    routes: trusted.routes,
    problems: [...attachment.problems, ...trusted.problems],
    remarks: [...remarks, ...attachment.remarks],
  };
}

function lastAt(tunnel: ObjectKey | undefined, last: LastGood | undefined): readonly Route[] {
  return last?.tunnel === tunnel ? (last?.routes ?? []) : [];
}

/** What was live stays live while a person mends the Service, as far as the Tunnel it hangs on still lets it in. */
function keep(
  service: Service,
  to: Attachable,
  lastGood: RoutingInput['lastGood'],
  asked: Pick<Verdict, 'tunnel' | 'problems'>,
): Verdict {
  const source = keyOf(service);
  const last = lastGood(source);
  const tunnel = last === undefined ? undefined : to.tunnels.get(last.tunnel);
  const routes = tunnel && last?.routes.filter(({ hostname }) => admits(tunnel, service, hostname, to));
  return {
    service: source,
    tunnel: last?.tunnel ?? asked.tunnel,
    routes: routes ?? [],
    problems: asked.problems,
    remarks: [],
  };
}

function addTo(published: Map<ObjectKey, Route[]>, tunnel: ObjectKey, routes: readonly Route[]): void {
  const list = published.get(tunnel);
  if (list === undefined) published.set(tunnel, [...routes]);
  else list.push(...routes);
}

/** What is left of a wish beside those of older Services. */
function settle(wish: Verdict, claims: Claims): Verdict {
  if (wish.tunnel === undefined || wish.routes.length === 0) return wish;
  const { routes, problems, remarks } = claim(claims, wish.tunnel, wish.routes);
  return { ...wish, routes, problems: [...wish.problems, ...problems], remarks: [...wish.remarks, ...remarks] };
}

function tunnelsOf({ owners }: Claims): ReadonlyMap<Hostname, ObjectKey> {
  return new Map([...owners].map(([hostname, { tunnel }]) => [hostname, tunnel]));
}
