/**
 * Publishes the rules at Cloudflare, all changes since the last pass in one write.
 *
 * The ConfigMap records which rules are this Tunnel's: it names a rule before the rule is written and until it has been
 * removed, so that a crash never leaves a rule that would be taken for somebody else's.
 */
import type { Tunnel } from '../../../api/objects.ts';
import { isCaFile } from '../../../core/ca-pool/files.ts';
import { leadToProxy } from '../../../core/ingress/proxied-routes.ts';
import { hasRule, isLanName } from '../../../core/model/lan-name.ts';
import { byPrecedence } from '../../../core/model/precedence.ts';
import type { Route } from '../../../core/model/route.ts';
import { splitByProxy } from '../../../core/proxy/proxied.ts';
import { filesInForce, sendableRules } from '../../../core/remote-config/certificates.ts';
import {
  type RemoteConfig,
  type RemoteConfiguration,
  type RemoteRule,
  describeRule,
  rulesOf,
} from '../../../core/remote-config/configuration.ts';
import { forgottenRoutes, mayHaveForgotten } from '../../../core/remote-config/forgotten.ts';
import { planConfiguration } from '../../../core/remote-config/plan.ts';
import { decidePublication, isWriteNeeded } from '../../../core/remote-config/publication.ts';
import { type OwnRuleList, needsProxy, ruleList } from '../../../core/remote-config/route-rules.ts';
import { servesRules } from '../../../core/status/connectors.ts';
import { existingRulesRemoved, rulesWritten } from '../../../core/tunnel/changes.ts';
import { PROXY_CONTAINER } from '../../../core/tunnel/image.ts';
import { proxyNeed } from '../../../core/tunnel/proxy-need.ts';
import { rolloutOf, rolloutState } from '../../../core/tunnel/rollout.ts';
import type { Applications } from './applications/port.ts';
import type { Cloudflare } from '../pass/ports.ts';
import { ownConfigMap, publishedRoutesOrUnknown } from '../pass/published-routes.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { currentConfiguration } from './current-configuration.ts';
import { sourcesGone } from './ingress-config.ts';
import type { PodVersionsPort } from './pod-versions.ts';
import { prepareRules } from './prepared-rules.ts';
import { type ProxyState, hasProxyNow } from './proxy-config.ts';
import { PROXY_READS_MS } from './former-routes.ts';
import type { IngressConfigPort, KnownRecords, PublishedConfig, RemoteRules } from './rules.ts';

export interface RemoteConfigPort extends IngressConfigPort, PodVersionsPort {}

interface Target {
  readonly cloudflare: Pick<Cloudflare, 'configuration' | 'putConfiguration'>;
  readonly accountId: string;
  readonly tunnelId: string;
  readonly records: KnownRecords;
  readonly applications: Applications;
}

export async function publishRemotely(
  port: RemoteConfigPort,
  pass: TunnelPass,
  target: Target,
): Promise<PublishedConfig> {
  const forgotten = await recoverRoutes(port, pass, target);
  const publishing = { ...target, forgotten };
  const { before, wanted, good, refused, write } = prepareRules(withoutRulesPublished(port), pass, publishing);
  const local = good.filter(isLanName);
  const ruled = { routes: good.filter(hasRule), published: before.filter(hasRule) };
  const facts = { ...ruled, spec: pass.tunnel.spec, named: namedIn(pass.tunnel) };
  const willWrite = (config: RemoteConfig): boolean => isWriteNeeded({ ...facts, current: config });
  const current = await currentConfiguration(port, pass, { target, willWrite });
  const { publishable, leaving, conflicts, existing } = decidePublication({ ...facts, current: current.config });
  const files = filesInForce(current.config, ownConfigMap(port, pass)?.data ?? {});
  const isInForce = leaving.length === 0 && !willWrite(current.config) && isApplied(port, pass, current.version);
  const manner = {
    files,
    areFollowed: () => isInForce,
    needOf: (routes: readonly Route[]) => {
      const isInUse = needsProxy(current.config) || (!isInForce && hasProxyNow(port, pass));
      return proxyNeed(pass.settings.proxy, { isWanted: leadToProxy(routes), isInUse });
    },
  };
  const recorded = await write([...publishable, ...leaving, ...local], manner);
  const podHash = hashFor(port, { files: recorded.files, hasProxy: recorded.proxy.hasProxy });
  const served = recorded.served.filter((route) => !leaving.includes(route));
  const sendable = sendableRules(served.toSorted(byPrecedence), current.config, {
    isInPlace: areReplaced(port, pass, podHash),
    isProxied: (hostname) => isProxied(pass, hostname),
  });
  const remote = await writeRules(
    { port, pass, target },
    { current, existing, ...ruleList(sendable.map(({ rule }) => rule)) },
  );
  const final = leaving.length === 0 ? recorded : await write([...publishable, ...local], manner);
  port.wakeServices(sourcesGone(before, served));
  return {
    wanted,
    served: [...sendable.map(({ route }) => route), ...served.filter(isLanName)],
    refused: [...refused, ...conflicts],
    unfit: recorded.unfit,
    hash: final.hash,
    podHash,
    proxy: untilProxied(pass, served, recorded.proxy),
    remote,
  };
}

/** Routes that were published before, and that no ConfigMap names. */
async function recoverRoutes(port: RemoteConfigPort, pass: TunnelPass, target: Target): Promise<readonly Route[]> {
  const { tunnel, signal, maxAgeMs } = pass;
  const hasConfigMap = ownConfigMap(port, pass) !== undefined;
  const published = publishedRoutesOrUnknown(port, pass);
  if (!mayHaveForgotten({ hasConfigMap, published, spec: tunnel.spec })) return [];
  const { config } = await target.cloudflare.configuration(target, maxAgeMs.records, signal);
  return forgottenRoutes(config);
}

/** The hash that the pods carry while the rules cannot be published: that of what they already have. */
export function podHashOf(port: RemoteConfigPort, pass: TunnelPass): string {
  const files = Object.keys(ownConfigMap(port, pass)?.data ?? {}).filter(isCaFile);
  return hashFor(port, { files, hasProxy: hasProxyNow(port, pass) });
}

/** A pod with another hash lacks something that rules need. */
function hashFor(
  { hash }: Pick<RemoteConfigPort, 'hash'>,
  { files, hasProxy }: { readonly files: readonly string[]; readonly hasProxy: boolean },
): string {
  return hash([...files.toSorted(), ...(hasProxy ? [PROXY_CONTAINER] : [])].join());
}

/** A rule is published by the write to Cloudflare, which is reported on its own. */
function withoutRulesPublished(port: RemoteConfigPort): RemoteConfigPort {
  return {
    ...port,
    changed: (object, change, signal) => {
      if (change.reason !== 'RulesPublished') port.changed(object, change, signal);
    },
  };
}

/** How soon is looked again whether the proxies have read a hostname. */
const PROXY_RECHECK_MS = 500;

function untilProxied(pass: TunnelPass, served: readonly Route[], proxy: ProxyState): ProxyState {
  const isBehind = splitByProxy(served).proxied.some(({ hostname }) => !isProxied(pass, hostname));
  return isBehind ? { ...proxy, dueInMs: Math.min(proxy.dueInMs ?? PROXY_RECHECK_MS, PROXY_RECHECK_MS) } : proxy;
}

/** Whether every proxy serves a hostname by now. */
function isProxied({ memory }: TunnelPass, hostname: string): boolean {
  const wait = `proxies read ${hostname}`;
  if (memory.proxy.told?.hostnames.has(hostname) === true) return memory.waits.startOrContinue(wait) >= PROXY_READS_MS;
  memory.waits.end(wait);
  return false;
}

/** Whether every connector was seen to follow a version of the rules. */
function isApplied({ deployments }: RemoteConfigPort, { workload, memory }: TunnelPass, version: number): boolean {
  return memory.appliedIn === rolloutState(deployments.get(workload), String(version));
}

/** Whether every connector has the certificate files and the proxy, so that no rule is rejected for want of one. */
function areReplaced({ deployments }: RemoteConfigPort, { workload, settings }: TunnelPass, podHash: string): boolean {
  return servesRules(rolloutOf(deployments.get(workload), podHash, settings.replicas), true);
}

interface Writing {
  readonly port: RemoteConfigPort;
  readonly pass: TunnelPass;
  readonly target: Target;
}

interface Rules extends OwnRuleList {
  readonly current: RemoteConfiguration;
  readonly existing: readonly RemoteRule[];
}

async function writeRules({ port, pass, target }: Writing, { current, ...rules }: Rules): Promise<RemoteRules> {
  const { tunnel, signal } = pass;
  const facts = { ...rules, current: current.config, spec: tunnel.spec, named: namedIn(tunnel) };
  const { config, isChanged, kept, removed } = planConfiguration(facts);
  const existingNow = kept.map(describeRule);
  if (!isChanged) return { version: current.version, existing: existingNow };
  const { version } = await target.cloudflare.putConfiguration(target, config, signal);
  port.changed(tunnel, rulesWritten(rulesOf(config).length, version), signal);
  if (removed.length > 0) port.changed(tunnel, existingRulesRemoved(removed.map(describeRule)), signal);
  return { version, existing: existingNow };
}

function namedIn({ status }: Tunnel): ReadonlySet<string> {
  return new Set(status?.config?.existingRules);
}
