import type { TunnelPart } from '../../../api/conditions.ts';
import type { ObjectKey, Tunnel } from '../../../api/objects.ts';
import { FRESH_MAX_AGE_MS } from '../../../core/fresh-max-age.ts';
import { clusterMark, tunnelMark } from '../../../core/dns/mark.ts';
import { keyOf } from '../../../core/keys.ts';
import { type TunnelSettings, remoteNameOf, settingsOf } from '../../../core/model/tunnel-settings.ts';
import { ownedNames } from '../../../core/owned.ts';
import { isReconcileRequested } from '../../../core/tunnel/reconcile-request.ts';
import { tokenAdvice } from '../../../core/tunnel/token-advice.ts';
import type { Pass } from '../../../runtime/controller.ts';
import { Stages } from '../../../runtime/stages.ts';
import type { TunnelMemories, TunnelMemory } from './memory.ts';
import type { Secrets } from './ports.ts';
import { readOnce } from './secrets.ts';

/** One pass over a Tunnel: everything that stays the same from its beginning to its end. */
export interface TunnelPass extends Pass {
  readonly tunnel: Tunnel;
  readonly key: ObjectKey;
  readonly settings: TunnelSettings;
  /** Key of the ConfigMap, the Deployment and all other owned objects but the Secret. */
  readonly workload: ObjectKey;
  /** Key of the Secret with the connectors' credentials. */
  readonly credentials: ObjectKey;
  /** Name of the tunnel at Cloudflare. */
  readonly remoteName: string;
  /** Comment on the records of this Tunnel. */
  readonly mark: string;
  /** What the comment on every record of this cluster begins with. */
  readonly clusterMark: string;
  readonly driftIntervalMs: number;
  /** How old an answer of Cloudflare may be. */
  readonly maxAgeMs: MaxAges;
  /** Reads each Secret once. */
  readonly secrets: Secrets;
  readonly memory: TunnelMemory;
  /** Reports and failures, by condition. */
  readonly stages: Stages<TunnelPart>;
}

interface MaxAges {
  readonly records: number;
  readonly tunnels: number;
  readonly zones: number;
}

export interface PassPort {
  readonly cluster: string;
  readonly driftIntervalMs: number;
  readonly hash: (text: string) => string;
  readonly secrets: Secrets;
  readonly memories: Pick<TunnelMemories, 'of'>;
}

export function beginPass(port: PassPort, tunnel: Tunnel, pass: Pass): TunnelPass {
  const { cluster, driftIntervalMs } = port;
  const key = keyOf(tunnel);
  const names = ownedNames(tunnel);
  return {
    ...pass,
    tunnel,
    key,
    settings: settingsOf(tunnel),
    workload: `${tunnel.metadata.namespace}/${names.workload}`,
    credentials: `${tunnel.metadata.namespace}/${names.credentials}`,
    remoteName: remoteNameOf(tunnel, cluster),
    mark: tunnelMark(cluster, key, port.hash),
    clusterMark: clusterMark(cluster),
    driftIntervalMs,
    maxAgeMs: maxAges(driftIntervalMs, pass.isRetry || isReconcileRequested(tunnel)),
    secrets: readOnce(port.secrets),
    memory: port.memories.of(tunnel),
    stages: stagesOf(tunnel, pass),
  };
}

/** Zones come and go rarely, and a zone that is missed is looked for at once. */
const ZONES_MAX_AGE_MS = 1_800_000;

/** Tunnels are listed in every second interval; in those between, the connectors of each tunnel are. */
function maxAges(driftIntervalMs: number, isFresh: boolean): MaxAges {
  if (isFresh) return { records: FRESH_MAX_AGE_MS, tunnels: FRESH_MAX_AGE_MS, zones: FRESH_MAX_AGE_MS };
  return {
    records: driftIntervalMs,
    tunnels: 2 * driftIntervalMs,
    zones: Math.max(driftIntervalMs, ZONES_MAX_AGE_MS),
  };
}

/** A report about the token names the Secret that holds it. */
function stagesOf(tunnel: Tunnel, { signal }: Pass): Stages<TunnelPart> {
  return new Stages(signal, ({ reason, message }) => {
    const advice = tokenAdvice(reason, tunnel);
    return advice === undefined ? message : `${message}. ${advice}`;
  });
}

/** The same pass with empty reports. */
export function withFreshStages(pass: TunnelPass): TunnelPass {
  return { ...pass, stages: new Stages(pass.signal) };
}
