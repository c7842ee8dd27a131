/** Decides whether the connectors run a version of the rules. */
import type { Pod } from '../../api/objects.ts';

/** A connected connector, whoever runs it. */
export interface Connector {
  readonly id: string;
  /** Version of the remote configuration that it runs; -1: none. */
  readonly configVersion: number;
}

/** What a ready pod says of the rules that it runs; `undefined`: it cannot be asked. */
export interface PodVersion {
  readonly pod: string;
  readonly version: number | undefined;
}

export interface AppliedRules {
  /** Every ready connector runs the version, or a later one. */
  readonly isApplied: boolean;
  /** Pods, or connectors by their id, that run an earlier version. */
  readonly behind: readonly string[];
}

/** Pods that get requests. One that is being stopped gets no new ones. */
export function servingPods(pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined &&
      status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true,
  );
}

export function appliedByPods(version: number, pods: readonly PodVersion[]): AppliedRules {
  const behind = pods.filter((pod) => pod.version === undefined || pod.version < version).map(({ pod }) => pod);
  return { isApplied: pods.length > 0 && behind.length === 0, behind: behind.toSorted() };
}

/** Whether the connectors show that nobody has written a later version. Those that lag behind show nothing. */
export function isLatestVersion(version: number, pods: readonly PodVersion[]): boolean {
  const versions = pods.map((pod) => pod.version ?? Number.POSITIVE_INFINITY);
  return Math.max(...versions) === version;
}

/** For pods that cannot be asked, Cloudflare's list of connectors counts, whoever runs them. */
export function appliedByConnectors(version: number, connected: readonly Connector[], ready: number): AppliedRules {
  const behind = connected.filter((one) => one.configVersion < version).map(({ id }) => `connector ${id}`);
  return { isApplied: ready > 0 && connected.length >= ready && behind.length === 0, behind: behind.toSorted() };
}
