/** Prepares the rules of a Tunnel for publication: which routes, with which certificates, as far as they fit. */
import {
  type CaFiles,
  type FindCertificates,
  caFileName,
  caFilesFor,
  hasCertificates,
} from '../../../core/ca-pool/files.ts';
import { markUnrecorded } from '../../../core/dns/unrecorded.ts';
import { fitRoutes, isWithinBudget } from '../../../core/ingress/budget.ts';
import type { PublishedRules } from '../../../core/ingress/published-rules.ts';
import { refuseProxied } from '../../../core/ingress/proxied-routes.ts';
import { refuseUnprotected } from '../../../core/ingress/protected-routes.ts';
import { compileConfig, routesToServe } from '../../../core/ingress/rule.ts';
import { checkRoutes, specProblem } from '../../../core/ingress/validate.ts';
import { configMapFor } from '../../../core/manifests/config-map.ts';
import type { Route } from '../../../core/model/route.ts';
import { encodeRoutes } from '../../../core/published-routes/routes-json.ts';
import { type ProxyNeed, whyNoProxy } from '../../../core/tunnel/proxy-need.ts';
import { OperatorError } from '../../../runtime/errors.ts';
import { writeOwned } from '../owned/owned-objects.ts';
import { ownConfigMap, publishedRoutes, publishedRoutesOrUnknown } from '../pass/published-routes.ts';
import { renderedConfig } from '../pass/rendered-config.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import type { Applications } from './applications/port.ts';
import { keepProxyConfig } from './proxy-config.ts';
import { fittingRoutes } from './proxy-files.ts';
import type { IngressConfigPort, KnownRecords, PublishedConfig } from './rules.ts';

export interface Publishing {
  readonly tunnelId: string;
  readonly records: KnownRecords;
  /** The routes that may be published, with what protects them. */
  readonly applications: Pick<Applications, 'routes' | 'withheld' | 'refused' | 'mayExist'>;
  /** Routes that were published before, and that no ConfigMap names. */
  readonly forgotten?: readonly Route[];
}

/** Rules that are ready to be published. */
export interface PreparedRules {
  /** Routes that were published before. */
  readonly before: readonly Route[];
  readonly wanted: readonly Route[];
  /** Wanted, or still resolving, and harmless. */
  readonly good: readonly Route[];
  readonly refused: PublishedConfig['refused'];
  readonly write: (routes: readonly Route[], manner: Manner) => Promise<WrittenRules>;
}

/** How rules are written. */
interface Manner {
  /** Certificate files that are still needed beside those of the routes. */
  readonly files?: CaFiles;
  /** Whether every connector follows these rules already. `hash`: of `config.yaml`. */
  readonly areFollowed: (hash: string) => boolean;
  /** Whether connectors have a proxy beside cloudflared, given the routes that fit. */
  readonly needOf: (served: readonly Route[]) => ProxyNeed;
}

export interface WrittenRules extends Pick<PublishedConfig, 'served' | 'unfit' | 'hash' | 'proxy'> {
  /** Names of the certificate files. */
  readonly files: readonly string[];
}

export function prepareRules(
  port: IngressConfigPort,
  pass: TunnelPass,
  { tunnelId, records, applications, forgotten = [] }: Publishing,
): PreparedRules {
  const mistake = specProblem(pass.tunnel.spec);
  if (mistake !== undefined) throw new OperatorError('InvalidSpec', 'stall', mistake);
  const certificates = certificatesFor(port, pass);
  const before = [...publishedRoutes(port, pass), ...forgotten];
  const { wanted, candidates } = routesFor(port, pass, { records, certificates, before, applications });
  const { good: guarded, bad: unprotected } = refuseUnprotected(candidates);
  const { good: valid, bad } = checkRoutes(guarded, port.routeRules(pass.tunnel));
  const { good, bad: unproxied } = refuseProxied(valid, whyNoProxy(pass.settings.proxy, port.areEndpointsKnown()));
  const renderWith =
    (files: CaFiles) =>
    (routes: readonly Route[]): PublishedRules => {
      const config = renderedConfig(port, pass, compileConfig(tunnelId, pass.tunnel.spec, routes));
      const encoded = encodeRoutes(routes, {
        isPartial: records.mayBeForgotten,
        hasApplications: applications.mayExist,
      });
      const caFiles = { ...files, ...caFilesFor(routes, certificates) };
      return { config, routes: encoded, caFiles, hash: port.hash(config) };
    };
  const write: PreparedRules['write'] = async (routes, { files = {}, areFollowed, needOf }) => {
    const proxied = fittingRoutes(port, pass, { routes, certificates });
    const { rules, served, unfit } = fitted(proxied.fitting, certificates, renderWith(files));
    const task = { served, before, need: needOf(served), areFollowed: areFollowed(rules.hash), certificates };
    const proxy = await keepProxyConfig(port, pass, task);
    await writeOwned(port, pass, configMapFor(pass.tunnel, rules));
    const all = [...proxied.unfit, ...unfit];
    return { served, unfit: all, hash: rules.hash, proxy, files: Object.keys(rules.caFiles) };
  };
  return {
    before,
    wanted: [...wanted, ...applications.withheld],
    good,
    refused: [...applications.refused, ...unprotected, ...bad, ...unproxied],
    write,
  };
}

interface RouteFacts {
  readonly records: KnownRecords;
  readonly certificates: FindCertificates;
  readonly before: readonly Route[];
  readonly applications: Publishing['applications'];
}

/** Wanted routes, and those to be served: with the published ones whose records may still exist. */
function routesFor(
  port: IngressConfigPort,
  pass: TunnelPass,
  { records, certificates, before, applications }: RouteFacts,
): { readonly wanted: readonly Route[]; readonly candidates: readonly Route[] } {
  const isServable = (route: Route): boolean => hasCertificates(route, certificates);
  const requested = applications.routes.filter(isServable);
  const wanted = markUnrecorded(requested, publishedRoutesOrUnknown(port, pass), records);
  return { wanted, candidates: routesToServe(wanted, before, records).filter(isServable) };
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
