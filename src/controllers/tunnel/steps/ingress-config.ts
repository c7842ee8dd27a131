/** Publishes the rules in the ConfigMap, all changes since the last pass at once. */
import type { ObjectKey } from '../../../api/objects.ts';
import { type FindCertificates, caFileName, caFilesFor, hasCertificates } from '../../../core/ca-pool/files.ts';
import { type RecordFacts, markUnrecorded } from '../../../core/dns/unrecorded.ts';
import { fitRoutes, isWithinBudget } from '../../../core/ingress/budget.ts';
import type { PublishedRules } from '../../../core/ingress/published-rules.ts';
import { type CloudflaredConfig, compileConfig, routesToServe } from '../../../core/ingress/rule.ts';
import { type CheckedRoutes, type RouteRules, checkRoutes, specProblem } from '../../../core/ingress/validate.ts';
import { configMapFor } from '../../../core/manifests/config-map.ts';
import { ownershipOf } from '../../../core/manifests/ownership.ts';
import type { Route } from '../../../core/model/route.ts';
import { encodeRoutes } from '../../../core/published-routes/routes-json.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import { type OwnedObjectsPort, writeOwned } from '../owned/owned-objects.ts';
import { claim } from '../owned/ownership.ts';
import {
  type PublishedRoutesPort,
  ownConfigMap,
  publishedRoutes,
  publishedRoutesOrUnknown,
} from '../pass/published-routes.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';

export interface IngressConfigPort extends OwnedObjectsPort, PublishedRoutesPort {
  readonly wantedRoutes: (tunnel: ObjectKey) => readonly Route[];
  /** Rebuilds the routing table at once. */
  readonly reroute: () => Promise<unknown>;
  /** Certificates that some route asks for, in PEM, by their fingerprint; `undefined` if nothing holds them any more. */
  readonly certificates: FindCertificates;
  readonly fingerprint: (text: string) => string;
  readonly renderConfig: (config: CloudflaredConfig) => string;
  readonly routeRules: RouteRules;
  readonly wakeServices: (services: readonly ObjectKey[]) => void;
}

export interface PublishedConfig {
  /** Wanted now. */
  readonly wanted: readonly Route[];
  /** Wanted, or still resolving and therefore still served. */
  readonly served: readonly Route[];
  /** Left out because it would harm the others. */
  readonly refused: CheckedRoutes['bad'];
  /** Left out because the ConfigMap has no room for it. */
  readonly unfit: readonly Route[];
  readonly hash: string;
}

/** What is known of a Tunnel's records before its rules are written. */
export interface KnownRecords extends RecordFacts {
  /** Whether a record at the hostname of a published route may exist. */
  readonly mayExist: (route: Route) => boolean;
  /** There may be records at names that are no longer known. */
  readonly mayBeForgotten: boolean;
}

/**
 * Adopts a ConfigMap that has lost its owner before anything is concluded from its rules. The routing table keeps last
 * good rules, so it is rebuilt.
 */
export async function adoptRules(port: IngressConfigPort, pass: TunnelPass): Promise<void> {
  const configMap = port.configMaps.get(pass.workload);
  if (configMap === undefined || ownershipOf(configMap, pass.tunnel, port.hash).kind !== 'adoptable') return;
  await claim(port, pass, configMap);
  await port.reroute();
}

interface Publishing {
  readonly tunnelId: string;
  readonly records: KnownRecords;
}

export async function publishConfig(
  port: IngressConfigPort,
  pass: TunnelPass,
  { tunnelId, records }: Publishing,
): Promise<PublishedConfig> {
  const mistake = specProblem(pass.tunnel.spec);
  if (mistake !== undefined) throw new OperatorError('InvalidSpec', 'stall', mistake);
  const certificates = certificatesFor(port, pass);
  const before = publishedRoutes(port, pass);
  const { wanted, candidates } = routesFor(port, pass, { records, certificates });
  const { good, bad: refused } = checkRoutes(candidates, port.routeRules);
  const render = (routes: readonly Route[]): PublishedRules => {
    const config = port.renderConfig(compileConfig(tunnelId, pass.tunnel.spec, routes));
    const encoded = encodeRoutes(routes, records.mayBeForgotten);
    return { config, routes: encoded, caFiles: caFilesFor(routes, certificates), hash: port.hash(config) };
  };
  const { rules, served, unfit } = fitted(good, certificates, render);
  await writeOwned(port, pass, configMapFor(pass.tunnel, rules));
  port.wakeServices(sourcesGone(before, served));
  return { wanted, served, refused, unfit, hash: rules.hash };
}

/** Wanted routes, and those to be served: with the published ones whose records may still exist. */
function routesFor(
  port: IngressConfigPort,
  pass: TunnelPass,
  { records, certificates }: { readonly records: KnownRecords; readonly certificates: FindCertificates },
): { readonly wanted: readonly Route[]; readonly candidates: readonly Route[] } {
  const isServable = (route: Route): boolean => hasCertificates(route, certificates);
  const requested = port.wantedRoutes(pass.key).filter(isServable);
  const wanted = markUnrecorded(requested, publishedRoutesOrUnknown(port, pass), records);
  const before = publishedRoutes(port, pass);
  return { wanted, candidates: routesToServe(wanted, before, records.mayExist).filter(isServable) };
}

/** All routes if the ConfigMap has room for them, else as many as fit. */
function fitted(
  routes: readonly Route[],
  certificates: FindCertificates,
  render: (routes: readonly Route[]) => PublishedRules,
) {
  const whole = render(routes);
  if (isWithinBudget(whole)) return { rules: whole, served: routes, unfit: [] };
  const { fitting, unfit } = fitRoutes(routes, certificates);
  return { rules: render(fitting), served: fitting, unfit };
}

/** Services that had a rule and have none left: they may lose their finalizer. */
function sourcesGone(before: readonly Route[], after: readonly Route[]): readonly ObjectKey[] {
  const left = new Set(after.map((route) => route.source));
  return [...new Set(before.map((route) => route.source))].filter((source) => !left.has(source));
}

/** Certificates as their objects hold them, or else as they were last published. */
function certificatesFor(port: IngressConfigPort, pass: TunnelPass): FindCertificates {
  const published = ownConfigMap(port, pass)?.data ?? {};
  return (fingerprint) => {
    const held = port.certificates(fingerprint);
    if (held !== undefined) return held;
    const last = published[caFileName(fingerprint)];
    return last !== undefined && port.fingerprint(last) === fingerprint ? last : undefined;
  };
}
