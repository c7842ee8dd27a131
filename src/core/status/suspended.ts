import type { ObjectKey } from '../../api/objects.ts';
import { splitKey } from '../keys.ts';
import type { TunnelObservation } from './exposed.ts';

/**
 * The observation of a suspended Tunnel. What is published is reported as before, and new requests are reported as
 * blocked. The connectors are not observed.
 */
export function suspendedObservation(tunnel: ObjectKey, before: TunnelObservation = NOTHING_KNOWN): TunnelObservation {
  const unobserved = { isConnected: false, isServed: false, isComplete: false, unconnected: undefined };
  return { ...before, ...unobserved, blocked: suspended(tunnel) };
}

const NOTHING_KNOWN: TunnelObservation = {
  live: new Map(),
  recorded: new Set(),
  isConnected: false,
  isServed: false,
  served: new Map(),
  refusedRules: new Map(),
  refused: new Map(),
  warnings: new Map(),
  blocked: undefined,
  unconnected: undefined,
  isComplete: false,
};

function suspended(tunnel: ObjectKey): string {
  const { namespace, name } = splitKey(tunnel);
  const command = `kubectl -n ${namespace} patch tunnel ${name} --type merge -p '{"spec":{"suspend":false}}'`;
  return `spec.suspend is true, so published routes are kept, and none are added, changed or removed. To resume: ${command}`;
}
