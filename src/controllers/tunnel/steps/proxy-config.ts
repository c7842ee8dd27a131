/** Writes the configuration of the proxies: before any rule leads to them, and whenever pods of a Service come or go. */
import { PROXY_CONFIG_ANNOTATION } from '../../../api/names.ts';
import type { ConfigMap, Deployment } from '../../../api/objects.ts';
import { type FindCertificates, caFileName } from '../../../core/ca-pool/files.ts';
import { keyOf } from '../../../core/keys.ts';
import { proxyConfigMapFor, proxyObject } from '../../../core/manifests/proxy-objects.ts';
import type { Route } from '../../../core/model/route.ts';
import { isOwnedBy } from '../../../core/owned.ts';
import { hostnamesIn } from '../../../core/proxy/hostnames.ts';
import { routesForProxy } from '../../../core/proxy/proxied.ts';
import { proxyImage } from '../../../core/tunnel/image.ts';
import type { ProxyNeed } from '../../../core/tunnel/proxy-need.ts';
import { type OwnedObjectsPort, writeOwned } from '../owned/owned-objects.ts';
import type { Cache } from '../pass/ports.ts';
import { NO_PROXY } from '../pass/proxy-memory.ts';
import { type PublishedRoutesPort, publishedRoutes } from '../pass/published-routes.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { formerRoutes } from './former-routes.ts';
import { type ProxyFilesPort, compileFor } from './proxy-files.ts';
import { type KeyPairPort, ensureKeyPair } from './proxy-key-pair.ts';

export interface ProxyConfigPort extends OwnedObjectsPort, KeyPairPort, ProxyFilesPort {
  readonly hash: OwnedObjectsPort['hash'];
  readonly configMaps: Cache<ConfigMap>;
  readonly deployments: Cache<Deployment>;
}

/** What the proxies are to serve. */
export interface ProxyTask {
  /** All routes of the Tunnel that are to be served. */
  readonly served: readonly Route[];
  /** Routes that were published before. */
  readonly before: readonly Route[];
  /** Every connector follows the rules for `served`, so none leads a former hostname to the proxy any more. */
  readonly areFollowed: boolean;
  readonly need: ProxyNeed;
  readonly certificates: FindCertificates;
}

/** The proxy, and its configuration. */
export interface ProxyState extends ProxyNeed {
  /** When the configuration has to be written again; absent: when something changes. */
  readonly dueInMs?: number;
}

/** Without a proxy there is nothing to write, except while connectors that still have one are being replaced. */
export async function keepProxyConfig(port: ProxyConfigPort, pass: TunnelPass, task: ProxyTask): Promise<ProxyState> {
  const isInUse = !task.areFollowed && ownProxyConfig(port, pass) !== undefined;
  if (task.need.hasProxy || isInUse) return stateOf(task.need, await writeProxyConfig(port, pass, task));
  pass.memory.proxy = NO_PROXY;
  return task.need;
}

/** While the rules cannot be published, the proxies still follow the pods of Services. */
export async function refreshProxyConfig(
  port: ProxyConfigPort & PublishedRoutesPort & { readonly certificates: FindCertificates },
  pass: TunnelPass,
): Promise<ProxyState> {
  const need = { hasProxy: hasProxyNow(port, pass), isRetiring: false };
  if (ownProxyConfig(port, pass) === undefined) return need;
  const served = publishedRoutes(port, pass);
  const task = { served, before: served, need, areFollowed: false, certificates: port.certificates };
  return stateOf(need, await writeProxyConfig(port, pass, task));
}

function stateOf(need: ProxyNeed, dueInMs: number | undefined): ProxyState {
  return dueInMs === undefined ? need : { ...need, dueInMs };
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

/** Returns when it has to be written again. */
async function writeProxyConfig(port: ProxyConfigPort, pass: TunnelPass, task: ProxyTask): Promise<number | undefined> {
  const { memory, tunnel } = pass;
  const written = ownProxyConfig(port, pass);
  const kept = task.areFollowed ? [] : [...hostnamesIn(written?.data ?? {})].toSorted();
  const routes = routesForProxy(task.served, new Set(kept));
  const { former, before, dueInMs } = formerRoutes(memory, routes, routesForProxy(task.before, new Set()));
  const certificates = orElse(task.certificates, written);
  const { files, services } = compileFor(port, pass, { routes, before, kept, certificates });
  const hash = port.hash(JSON.stringify(files));
  const isUntold = memory.proxy.isUntold || written?.metadata.annotations?.[PROXY_CONFIG_ANNOTATION] !== hash;
  // In the same moment in which the pods were looked up: a change from now on is a new one.
  memory.proxy = { ...memory.proxy, routes, former, services, isOutdated: false, isUntold };
  await ensureKeyPair(port, pass);
  await writeOwned(withoutUpdates(port), pass, proxyConfigMapFor(tunnel, files, hash));
  return dueInMs;
}

/** Certificates whose object is gone stay as they were last published. */
function orElse(find: FindCertificates, written: ConfigMap | undefined): FindCertificates {
  return (fingerprint) => find(fingerprint) ?? written?.data?.[caFileName(fingerprint)];
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
