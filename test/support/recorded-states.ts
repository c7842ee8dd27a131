/** Tunnels, Services and objects of Access in every state that tools for GitOps tell apart, as the operator left them in a scenario. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import type { KubeObject } from './kube-client.ts';

const FILE = join(import.meta.dirname, '..', '..', 'tools', 'check-kstatus', 'states.yaml');
const HEAD = `# Written by test/scenarios/gitops-states.test.ts with RECORD_STATES=true. Only kstatus is written by hand: what the
# library with which Flux waits makes of the object. It knows nothing of Exposed, so every Service is Current.
`;

export interface RecordedState {
  readonly name: string;
  readonly kstatus: string;
  readonly object: KubeObject;
}

export function recordedStates(): readonly RecordedState[] {
  return load(readFileSync(FILE, 'utf8')) as readonly RecordedState[];
}

export function recordStates(states: readonly RecordedState[]): void {
  writeFileSync(FILE, HEAD + dump(states, { noRefs: true, lineWidth: 116 }));
}

const TIME = '2026-01-01T00:00:00Z';
const CHANCE = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}/g;
const OF_THE_SERVER = new Set(['uid', 'resourceVersion', 'managedFields']);

/** The object without what differs from run to run: times, ids and hashes. */
export function withoutChance({ metadata, ...object }: KubeObject): KubeObject {
  const kept = Object.entries(metadata).filter(([key]) => !OF_THE_SERVER.has(key));
  return fixed({ ...object, metadata: Object.fromEntries(kept) }) as KubeObject;
}

function fixed(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => fixed(item));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fixed(item, name)]));
  if (/Time(stamp)?$/.test(key)) return TIME;
  return typeof value === 'string' ? value.replaceAll(CHANCE, (text) => text.replaceAll(/[0-9a-f]/g, '0')) : value;
}
