import type { ObjectKey } from '../../api/objects.ts';
import { splitKey } from '../keys.ts';
import type { TunnelObservation } from './exposed.ts';

/**
 * What Services are told while their Tunnel is suspended. What is published stands as it was; who asks for something
 * new is told why it does not come. Whether connectors have been lost since is not looked at.
 */
export function suspendedObservation(tunnel: ObjectKey, before: TunnelObservation = NOTHING_KNOWN): TunnelObservation {
  return { ...before, isServed: false, isComplete: false, unconnected: undefined, blocked: suspended(tunnel) };
}

const NOTHING_KNOWN: TunnelObservation = {
  live: new Map(),
  recorded: new Set(),
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
  return `spec.suspend is true, so what is published stays as it is, and nothing is added, changed or removed. To resume: ${command}`;
}
