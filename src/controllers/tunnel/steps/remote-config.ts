/**
 * Publishes the rules at Cloudflare, all changes since the last pass in one write.
 *
 * The ConfigMap records which rules are this Tunnel's: it names a rule before the rule is written and until it has been
 * removed, so that a crash never leaves a rule that would be taken for somebody else's.
 */
import type { Deployment, Tunnel } from '../../../api/objects.ts';
import { isCaFile } from '../../../core/ca-pool/files.ts';
import { byPrecedence } from '../../../core/model/precedence.ts';
import type { Route } from '../../../core/model/route.ts';
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
import { servesRules } from '../../../core/status/connectors.ts';
import { existingRulesRemoved, rulesWritten } from '../../../core/tunnel/changes.ts';
import { rolloutOf } from '../../../core/tunnel/rollout.ts';
import type { Cache, Cloudflare } from '../pass/ports.ts';
import { ownConfigMap, publishedRoutesOrUnknown } from '../pass/published-routes.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { currentConfiguration } from './current-configuration.ts';
import { sourcesGone } from './ingress-config.ts';
import type { PodVersionsPort } from './pod-versions.ts';
import { prepareRules } from './prepared-rules.ts';
import type { IngressConfigPort, KnownRecords, PublishedConfig, RemoteRules } from './rules.ts';

export interface RemoteConfigPort extends IngressConfigPort, PodVersionsPort {
  readonly deployments: Cache<Deployment>;
}

interface Target {
  readonly cloudflare: Pick<Cloudflare, 'configuration' | 'putConfiguration'>;
  readonly accountId: string;
  readonly tunnelId: string;
  readonly records: KnownRecords;
}

export async function publishRemotely(
  port: RemoteConfigPort,
  pass: TunnelPass,
  target: Target,
): Promise<PublishedConfig> {
  const forgotten = await recoverRoutes(port, pass, target);
  const publishing = { ...target, forgotten };
  const { before, wanted, good, refused, write } = prepareRules(withoutRulesPublished(port), pass, publishing);
  const facts = { routes: good, published: before, spec: pass.tunnel.spec, named: namedIn(pass.tunnel) };
  const willWrite = (config: RemoteConfig): boolean => isWriteNeeded({ ...facts, current: config });
  const current = await currentConfiguration(port, pass, { target, willWrite });
  const { publishable, leaving, conflicts, existing } = decidePublication({ ...facts, current: current.config });
  const files = filesInForce(current.config, ownConfigMap(port, pass)?.data ?? {});
  const recorded = await write([...publishable, ...leaving], files);
  const podHash = port.hash(recorded.files.toSorted().join());
  const served = recorded.served.filter((route) => !leaving.includes(route));
  const sendable = sendableRules(served.toSorted(byPrecedence), current.config, haveFiles(port, pass, podHash));
  const remote = await writeRules(
    { port, pass, target },
    { current, existing, wanted: sendable.map(({ rule }) => rule) },
  );
  const final = leaving.length === 0 ? recorded : await write(publishable, files);
  port.wakeServices(sourcesGone(before, served));
  return {
    wanted,
    served: sendable.map(({ route }) => route),
    refused: [...refused, ...conflicts],
    unfit: recorded.unfit,
    hash: final.hash,
    podHash,
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

/** The hash that the pods carry while the rules cannot be published: that of the files which they already have. */
export function podHashOf(port: RemoteConfigPort, pass: TunnelPass): string {
  const files = Object.keys(ownConfigMap(port, pass)?.data ?? {}).filter(isCaFile);
  return port.hash(files.toSorted().join());
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

/** Whether every connector has the certificate files, so that no rule is rejected for want of one. */
function haveFiles({ deployments }: RemoteConfigPort, { workload, settings }: TunnelPass, podHash: string): boolean {
  return servesRules(rolloutOf(deployments.get(workload), podHash, settings.replicas), true);
}

interface Writing {
  readonly port: RemoteConfigPort;
  readonly pass: TunnelPass;
  readonly target: Target;
}

interface Rules {
  readonly current: RemoteConfiguration;
  readonly existing: readonly RemoteRule[];
  readonly wanted: readonly RemoteRule[];
}

async function writeRules({ port, pass, target }: Writing, { current, existing, wanted }: Rules): Promise<RemoteRules> {
  const { tunnel, signal } = pass;
  const facts = { current: current.config, wanted, existing, spec: tunnel.spec, named: namedIn(tunnel) };
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
