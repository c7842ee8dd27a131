import type { ConfigMap, ObjectKey, Tunnel } from '../../api/objects.ts';
import { type FindCertificates, caFileName, caFilesFor, hasCertificates } from '../../core/ca-pool/files.ts';
import { type RecordFacts, markUnrecorded } from '../../core/dns/unrecorded.ts';
import { fitRoutes, isWithinBudget } from '../../core/ingress/budget.ts';
import { encodeRoutes } from '../../core/published-routes/routes-json.ts';
import { compileConfig, routesToServe } from '../../core/ingress/rule.ts';
import { type CheckedRoutes, checkRoutes, specProblem } from '../../core/ingress/validate.ts';
import { keyOf } from '../../core/keys.ts';
import type { PublishedRules } from '../../core/ingress/published-rules.ts';
import { configMapFor } from '../../core/manifests/config-map.ts';
import { isOwnedBy, ownedNames } from '../../core/owned.ts';
import type { Route } from '../../core/model/route.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import type { TunnelContext } from './context.ts';
import { writeOwned } from './owned.ts';
import type { Identity } from './remote.ts';

export interface PublishedConfig {
  /** Wanted now. */
  readonly wanted: readonly Route[];
  /** Wanted, or still resolving and therefore still served. */
  readonly served: readonly Route[];
  /** What would harm the others, and is left out. */
  readonly refused: CheckedRoutes['bad'];
  /** What the ConfigMap has no room for. */
  readonly unfit: readonly Route[];
  readonly hash: string;
}

/** What is known of a Tunnel's records before its rules are written. */
export interface KnownRecords extends RecordFacts {
  /** Whether a published name may still resolve to the Tunnel. */
  readonly remains: (route: Route) => boolean;
  /** There may be records of names that nobody knows any more. */
  readonly mayBeForgotten: boolean;
}

/** The routes in the ConfigMap as the watch last showed it. */
export function publishedRoutes(ctx: TunnelContext, tunnel: Tunnel): readonly Route[] {
  return routesIn(ctx, tunnel) ?? [];
}

/** The same, but unknown if somebody has removed or broken the ConfigMap since it was published. */
export function publishedRoutesOrUnknown(ctx: TunnelContext, tunnel: Tunnel): readonly Route[] | 'unknown' {
  const routes = routesIn(ctx, tunnel);
  const neverPublished = tunnel.status?.config?.hash === undefined;
  return routes ?? (neverPublished ? [] : 'unknown');
}

function routesIn(ctx: TunnelContext, tunnel: Tunnel): readonly Route[] | undefined {
  const configMap = configMapOf(ctx, tunnel);
  return configMap && ctx.publishedRoutes(configMap);
}

/** One of that name that somebody else has made is not the Tunnel's word. */
function configMapOf(ctx: TunnelContext, tunnel: Tunnel): ConfigMap | undefined {
  const configMap = ctx.configMaps.get(`${tunnel.metadata.namespace}/${ownedNames(tunnel).workload}`);
  return configMap !== undefined && isOwnedBy(configMap, tunnel) ? configMap : undefined;
}

/** Services that had a rule and have none left: they may lose their finalizer. */
function sourcesGone(before: readonly Route[], after: readonly Route[]): readonly ObjectKey[] {
  const left = new Set(after.map((route) => route.source));
  return [...new Set(before.map((route) => route.source))].filter((source) => !left.has(source));
}

/** Writes the rules to the ConfigMap, all changes since the last pass at once. */
export async function publishConfig(
  ctx: TunnelContext,
  tunnel: Tunnel,
  identity: Identity,
  records: KnownRecords,
  pass: Pass,
): Promise<PublishedConfig> {
  const asked = ctx.routing().published.get(keyOf(tunnel)) ?? [];
  const before = publishedRoutes(ctx, tunnel);
  const mistake = specProblem(tunnel.spec);
  if (mistake !== undefined) throw new OperatorError('InvalidSpec', 'stall', mistake);
  const certificates = certificatesFor(ctx, tunnel);
  const isServable = (route: Route): boolean => hasCertificates(route, certificates);
  const wanted = markUnrecorded(asked.filter(isServable), publishedRoutesOrUnknown(ctx, tunnel), records);
  const candidates = routesToServe(wanted, before, records.remains).filter(isServable);
  const { good, bad: refused } = checkRoutes(candidates, ctx.routeRules);
  const render = (routes: readonly Route[]): PublishedRules => {
    const config = ctx.renderConfig(compileConfig(identity.tunnelId, tunnel.spec, routes));
    const encoded = encodeRoutes(routes, records.mayBeForgotten);
    return { config, routes: encoded, caFiles: caFilesFor(routes, certificates), hash: ctx.hash(config) };
  };
  const whole = render(good);
  const isWhole = isWithinBudget(whole);
  const { fitting: served, unfit } = isWhole ? { fitting: good, unfit: [] } : fitRoutes(good, certificates);
  const rules = isWhole ? whole : render(served);
  await writeOwned(ctx, tunnel, configMapFor(tunnel, rules), pass.signal);
  ctx.wakeServices(sourcesGone(before, served));
  return { wanted, served, refused, unfit, hash: rules.hash };
}

/** Certificates as their objects hold them; where those hold them no longer, as they were published last. */
function certificatesFor(ctx: TunnelContext, tunnel: Tunnel): FindCertificates {
  const published = configMapOf(ctx, tunnel)?.data ?? {};
  return (fingerprint) => {
    const held = ctx.certificates(fingerprint);
    if (held !== undefined) return held;
    const last = published[caFileName(fingerprint)];
    return last !== undefined && ctx.fingerprint(last) === fingerprint ? last : undefined;
  };
}
