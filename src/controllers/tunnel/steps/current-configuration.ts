/**
 * Reads what Cloudflare has before it is replaced. A write replaces everything, and Cloudflare has no condition for it, so
 * an edit that somebody else has made since the last read would be lost silently.
 */
import { isLatestVersion } from '../../../core/remote-config/applied.ts';
import type { RemoteConfig, RemoteConfiguration } from '../../../core/remote-config/configuration.ts';
import type { Cloudflare } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { type PodVersionsPort, readPodVersions } from './pod-versions.ts';

/** How old an answer may be on which a write is based, if no pod confirms it. */
const WRITE_MAX_AGE_MS = 1_000;

interface Target {
  readonly cloudflare: Pick<Cloudflare, 'configuration'>;
  readonly accountId: string;
  readonly tunnelId: string;
}

/**
 * The configuration as it was read within the drift interval. If a write is to follow, it is read again, unless the
 * connectors still run the same version: they get every edit within a second, and asking them is free.
 */
export async function currentConfiguration(
  port: PodVersionsPort,
  pass: TunnelPass,
  { target, willWrite }: { readonly target: Target; readonly willWrite: (current: RemoteConfig) => boolean },
): Promise<RemoteConfiguration> {
  const { maxAgeMs, signal } = pass;
  const known = await target.cloudflare.configuration(target, maxAgeMs.records, signal);
  if (!willWrite(known.config)) return known;
  if (isLatestVersion(known.version, await readPodVersions(port, pass))) return known;
  return target.cloudflare.configuration(target, Math.min(WRITE_MAX_AGE_MS, maxAgeMs.records), signal);
}
