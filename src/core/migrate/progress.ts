/** Judges from what is observed how far a step of a migration is. */
import type { ObjectKey, Service, Tunnel } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { listed } from '../quote.ts';
import type { RuleName } from './steps.ts';

/** `undefined`: the step is done. */
export type Waiting = { readonly for: string; readonly isFinal: boolean } | undefined;

/** Why a Service is not exposed that no waiting changes. */
const FINAL = new Set([
  'InvalidAnnotation',
  'NotAllowed',
  'PortNotFound',
  'RecordConflict',
  'ZoneNotFound',
  'ZoneInactive',
]);

/** A Service whose pods are not ready is served as it was before. */
const SERVED = new Set(['Exposed', 'NoReadyEndpoints']);

interface Judged {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly isCurrent: boolean;
}

function conditionOf(object: Tunnel | Service | undefined, type: string): Judged | undefined {
  const found = object?.status?.conditions?.find((condition) => condition.type === type);
  const isCurrent = found?.observedGeneration === undefined || found.observedGeneration === object?.metadata.generation;
  return found && { status: found.status, reason: found.reason, message: found.message ?? '', isCurrent };
}

/** A Tunnel without connectors that has found its tunnel. */
export function awaitTunnel(tunnel: Tunnel | undefined, key: ObjectKey): Waiting {
  if (tunnel === undefined) return { for: `Tunnel ${key} is gone`, isFinal: true };
  const conditions = ['CredentialsReady', 'TunnelReady'].map((type) => conditionOf(tunnel, type));
  const late = conditions.find((condition) => condition?.status !== 'True' || !condition.isCurrent);
  if (late === undefined && conditions.every((condition) => condition !== undefined)) return undefined;
  const isFinal = conditionOf(tunnel, 'Stalled')?.status === 'True';
  return { for: `Tunnel ${key}: ${late?.message ?? 'the operator has not looked at it. Is it running?'}`, isFinal };
}

/** The rules that a Tunnel is to have and has not. */
export function awaitRules(
  wanted: readonly RuleName[],
  published: readonly RuleName[],
  services: readonly Service[],
): Waiting {
  const there = new Set(published.map(nameOf));
  const missing = wanted.filter((rule) => !there.has(nameOf(rule)));
  const [first] = missing;
  if (first === undefined) return undefined;
  const service = services.find((one) => keyOf(one) === first.service);
  const condition = conditionOf(service, 'cftunnel.io/Exposed');
  const why = condition === undefined ? '' : ` (Service ${first.service}: ${condition.reason}: ${condition.message})`;
  const hostnames = listed([...new Set(missing.map(({ hostname }) => hostname))]);
  return { for: `the rules of ${hostnames}${why}`, isFinal: FINAL.has(condition?.reason ?? '') };
}

function nameOf({ service, hostname, path }: RuleName): string {
  return JSON.stringify([service, hostname, path]);
}

/** Whether the operator has made up its mind about every Service: published it, or found its hostname taken. */
export function isDecided(services: readonly Service[]): boolean {
  return services.every((service) => {
    const reason = conditionOf(service, 'cftunnel.io/Exposed')?.reason;
    return (
      reason !== undefined && reason !== 'TunnelNotFound' && reason !== 'Progressing' && reason !== 'TunnelNotReady'
    );
  });
}

/** Rules at Cloudflare, as status describes them, whose hostname is none of those that are migrated. */
export function unexplained(existing: readonly string[], hostnames: readonly string[]): readonly string[] {
  const known = new Set(hostnames);
  return existing.filter((rule) => !known.has(rule.split(' ')[0] ?? ''));
}

/** A Tunnel whose connectors serve, and Services whose records are the operator's. */
export function awaitExposure(tunnel: Tunnel | undefined, key: ObjectKey, services: readonly Service[]): Waiting {
  const ready = conditionOf(tunnel, 'Ready');
  const isRolling = conditionOf(tunnel, 'Reconciling')?.status === 'True';
  if (ready?.status !== 'True' || !ready.isCurrent || isRolling)
    return { for: `Tunnel ${key}: ${ready?.reason ?? 'Unknown'}: ${ready?.message ?? ''}`, isFinal: false };
  const late = services.find((service) => !SERVED.has(conditionOf(service, 'cftunnel.io/Exposed')?.reason ?? ''));
  if (late === undefined) return undefined;
  const condition = conditionOf(late, 'cftunnel.io/Exposed');
  return {
    for: `Service ${keyOf(late)}: ${condition?.reason ?? 'Unknown'}: ${condition?.message ?? ''}`,
    isFinal: FINAL.has(condition?.reason ?? ''),
  };
}
