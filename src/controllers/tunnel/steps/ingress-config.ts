/** Publishes the rules in the ConfigMap, all changes since the last pass at once. */
import type { ObjectKey } from '../../../api/objects.ts';
import { leadToProxy } from '../../../core/ingress/proxied-routes.ts';
import { ownershipOf } from '../../../core/manifests/ownership.ts';
import type { Route } from '../../../core/model/route.ts';
import { proxyNeed } from '../../../core/tunnel/proxy-need.ts';
import { claim } from '../owned/ownership.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { observeRollout } from './connectors.ts';
import { type Publishing, prepareRules } from './prepared-rules.ts';
import type { IngressConfigPort, PublishedConfig } from './rules.ts';

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

/** Publishes the rules in the ConfigMap, which the connectors read when they start. */
export async function publishConfig(
  port: IngressConfigPort,
  pass: TunnelPass,
  publishing: Publishing,
): Promise<PublishedConfig> {
  const { before, wanted, good, refused, write } = prepareRules(port, pass, publishing);
  const { served, unfit, hash, proxy } = await write(good, {
    areFollowed: (config) => observeRollout(port, pass, config).kind === 'complete',
    // A rollout replaces rules and proxy together, so nothing is in use that the rules do not want.
    needOf: (routes) => proxyNeed(pass.settings.proxy, { isWanted: leadToProxy(routes), isInUse: false }),
  });
  port.wakeServices(sourcesGone(before, served));
  return { wanted, served, refused, unfit, hash, podHash: hash, proxy };
}

/** Services that had a rule and have none left: they may lose their finalizer. */
export function sourcesGone(before: readonly Route[], after: readonly Route[]): readonly ObjectKey[] {
  const left = new Set(after.map((route) => route.source));
  return [...new Set(before.map((route) => route.source))].filter((source) => !left.has(source));
}
