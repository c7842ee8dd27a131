/** Writes the configuration of the proxies: before any rule leads to them, and whenever pods of a Service come or go. */
import { PROXY_CONFIG_ANNOTATION } from '../../../api/names.ts';
import type { ConfigMap, Deployment, ObjectKey } from '../../../api/objects.ts';
import { routesForProxy } from '../../../core/ingress/proxied-routes.ts';
import { keyOf } from '../../../core/keys.ts';
import { proxyConfigMapFor, proxyObject } from '../../../core/manifests/proxy-objects.ts';
import type { Route } from '../../../core/model/route.ts';
import { isOwnedBy } from '../../../core/owned.ts';
import { type Endpoint, type ProxyFiles, compileProxy } from '../../../core/proxy/compile.ts';
import { hostnamesIn } from '../../../core/proxy/hostnames.ts';
import { proxyImage } from '../../../core/tunnel/image.ts';
import type { ProxyNeed } from '../../../core/tunnel/proxy-need.ts';
import { type OwnedObjectsPort, writeOwned } from '../owned/owned-objects.ts';
import type { Cache } from '../pass/ports.ts';
import { NO_PROXY } from '../pass/proxy-memory.ts';
import { type PublishedRoutesPort, publishedRoutes } from '../pass/published-routes.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { formerRoutes } from './former-routes.ts';
import { type KeyPairPort, ensureKeyPair } from './proxy-key-pair.ts';

export interface ProxyConfigPort extends OwnedObjectsPort, KeyPairPort {
  readonly configMaps: Cache<ConfigMap>;
  readonly deployments: Cache<Deployment>;
  /** Where the pods behind a port of a Service are reached; `undefined`: there is no such port. */
  readonly endpointsOf: (service: ObjectKey, port: number) => readonly Omit<Endpoint, 'id'>[] | undefined;
}

/** What the proxies are to serve. */
export interface ProxyTask {
  /** All routes of the Tunnel that are to be served. */
  readonly served: readonly Route[];
  /** Routes that were published before. */
  readonly before: readonly Route[];
  /** Every connector follows the rules for `served`, so none leads a former hostname to the proxy any more. */
  readonly areFollowed: boolean;
  readonly proxy: ProxyNeed;
}

/** Without a proxy there is nothing to write, except while connectors that still have one are being replaced. */
export async function keepProxyConfig(port: ProxyConfigPort, pass: TunnelPass, task: ProxyTask): Promise<void> {
  const isInUse = !task.areFollowed && ownProxyConfig(port, pass) !== undefined;
  if (task.proxy.hasProxy || isInUse) await writeProxyConfig(port, pass, task);
  else pass.memory.proxy = NO_PROXY;
}

/** While the rules cannot be published, the proxies still follow the pods of Services. */
export async function refreshProxyConfig(
  port: ProxyConfigPort & PublishedRoutesPort,
  pass: TunnelPass,
): Promise<ProxyNeed> {
  const proxy = { hasProxy: hasProxyNow(port, pass), isRetiring: false };
  const served = publishedRoutes(port, pass);
  if (ownProxyConfig(port, pass) !== undefined)
    await writeProxyConfig(port, pass, { served, before: served, proxy, areFollowed: false });
  return proxy;
}

/** Whether the connectors have a proxy, or are being given one. */
export function hasProxyNow({ deployments }: Pick<ProxyConfigPort, 'deployments'>, { workload }: TunnelPass): boolean {
  return proxyImage(deployments.get(workload)) !== undefined;
}

export function ownProxyConfig(
  { configMaps }: Pick<ProxyConfigPort, 'configMaps'>,
  { tunnel }: TunnelPass,
): ConfigMap | undefined {
  const configMap = configMaps.get(keyOf(proxyObject(tunnel, 'ConfigMap')));
  return configMap !== undefined && isOwnedBy(configMap, tunnel) ? configMap : undefined;
}

async function writeProxyConfig(port: ProxyConfigPort, pass: TunnelPass, task: ProxyTask): Promise<void> {
  const { memory, tunnel } = pass;
  const written = ownProxyConfig(port, pass);
  const kept = task.areFollowed ? new Set<string>() : hostnamesIn(written?.data ?? {});
  const routes = routesForProxy(task.served, kept);
  const former = formerRoutes(memory, { routes, before: task.before });
  const { files, services } = compileFor(port, pass, { routes, former });
  const hash = port.hash(JSON.stringify(files));
  const isUntold = memory.proxy.isUntold || written?.metadata.annotations?.[PROXY_CONFIG_ANNOTATION] !== hash;
  // In the same moment in which the pods were looked up: a change from now on is a new one.
  memory.proxy = { ...memory.proxy, routes, former, services, isOutdated: false, isUntold };
  await ensureKeyPair(port, pass);
  await writeOwned(withoutUpdates(port), pass, proxyConfigMapFor(tunnel, files, hash));
}

export interface CompiledProxy {
  readonly files: ProxyFiles;
  /** Services whose pods are in the files. */
  readonly services: ReadonlySet<ObjectKey>;
}

/** The configuration for these routes, with the pods of this moment. */
export function compileFor(
  { endpointsOf, hash }: Pick<ProxyConfigPort, 'endpointsOf' | 'hash'>,
  { tunnel }: TunnelPass,
  { routes, former }: { readonly routes: readonly Route[]; readonly former: readonly Route[] },
): CompiledProxy {
  const services = new Set<ObjectKey>();
  // The same in every connector, and without meaning to a visitor, who finds it in a cookie.
  const idOf = (address: string): string => hash(`${tunnel.metadata.uid} ${address}`);
  const files = compileProxy(routes, {
    endpointsOf: (service, port) => {
      services.add(service);
      return endpointsOf(service, port)?.map((one) => ({ ...one, id: idOf(one.address) }));
    },
    before: former,
  });
  return { files, services };
}

/** Pods come and go all the time: a change of the configuration is no event. */
function withoutUpdates(port: ProxyConfigPort): ProxyConfigPort {
  return {
    ...port,
    changed: (object, change, signal) => {
      if (change.reason !== 'ObjectUpdated') port.changed(object, change, signal);
    },
  };
}
