/** What the controllers of Access reach for in an `AccessWorld`. */
import type { AccessPolicy, AccessServiceToken, KubeObject } from '../../src/api/objects.ts';
import type { PolicyPort } from '../../src/controllers/access/policy/context.ts';
import type { TokenPort } from '../../src/controllers/access/token/context.ts';
import { keyOf } from '../../src/core/keys.ts';
import type { Note } from '../../src/core/status/notes.ts';
import { cloudflareOf } from './access-account.ts';
import type { AccessWorld } from './access-world.ts';

/** The key of the AccessServiceToken, and of its Secret. */
export const TOKEN = 'shop/robot';

export function policyPortOf(world: AccessWorld): PolicyPort {
  return {
    ...sharedOf(world),
    objects: objectsOf(world),
    policies: { get: () => world.policy },
    serviceTokens: { get: (key) => (key === TOKEN ? world.token : undefined) },
    usersOf: () => world.users,
    answers: world.answers,
  };
}

export function tokenPortOf(world: AccessWorld): TokenPort {
  return {
    ...sharedOf(world),
    objects: objectsOf(world),
    serviceTokens: { get: () => world.token },
    findNextTime: ({ schedule }, after) =>
      schedule.startsWith('0 0')
        ? { time: new Date(Date.parse(after) + 86_400_000).toISOString().replace('.000', '') }
        : { field: 'schedule', problem: 'is not a schedule' },
  };
}

function sharedOf(world: AccessWorld) {
  const { told, waiting, tunnels } = world;
  return {
    cluster: 'test',
    hash: String,
    driftIntervalMs: 60_000,
    tunnels: { get: (key: string) => tunnels.find((tunnel) => keyOf(tunnel) === key), list: () => tunnels },
    secrets: {
      get: (key: string) => world.read(`read Secret ${key}`, () => (key === TOKEN ? world.secret : world.credentials)),
    },
    cloudflare: () => cloudflareOf(world),
    lastSessions: world.sessions,
    record: async (_: KubeObject, note: Note) => void told.push(textOf(note)),
    changed: (_: KubeObject, { reason, message }: Pick<Note, 'reason' | 'message'>) =>
      void told.push(`${reason}: ${message}`),
    recordAboutOperator: async (note: Note) => void told.push(`Lease ${textOf(note)}`),
    waits: {
      startOrContinue: (key: string) => {
        waiting.add(key);
        return world.waitedMs;
      },
      end: (key: string) => void waiting.delete(key),
    },
    now: () => world.now,
  };
}

function textOf({ type, reason, message }: Note): string {
  return `${type} ${reason}: ${message}`;
}

function objectsOf(world: AccessWorld) {
  const change = (object: KubeObject, changes: object): void => {
    const isPolicy = object.kind === 'AccessPolicy';
    const current = isPolicy ? world.policy : world.token;
    const changed = { ...current, ...changes };
    if (isPolicy) world.policy = changed as AccessPolicy;
    else world.token = changed as AccessServiceToken;
  };
  return {
    apply: (manifest: KubeObject) =>
      world.write('store Secret', () => {
        world.secret = manifest;
        return manifest;
      }),
    applyStatus: (object: KubeObject, status: unknown) => world.write('write status', () => change(object, { status })),
    setFinalizers: (object: KubeObject, finalizers: readonly string[]) =>
      world.write('write finalizers', () => {
        change(object, { metadata: { ...object.metadata, finalizers } });
        const isGone = object.metadata.deletionTimestamp !== undefined && finalizers.length === 0;
        if (isGone && object.kind === 'AccessPolicy') world.policy = undefined;
        if (isGone && object.kind === 'AccessServiceToken') world.token = undefined;
        return !world.isGone;
      }),
  };
}
