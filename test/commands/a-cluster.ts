/** An in-memory cluster for the commands, with a clock that advances while they wait. */
import type { KubeObject, Tunnel } from '../../src/api/objects.ts';
import type { CommandContext, Installation } from '../../src/commands/context.ts';
import { keyOf } from '../../src/core/keys.ts';

export interface ClusterInMemory {
  readonly ctx: CommandContext;
  readonly said: string[];
  /** The actions in order, such as `remove shop/home`. */
  readonly done: string[];
  tunnels: readonly Tunnel[];
  services: readonly KubeObject[];
  startOrContinue(): number;
}

/** `overrides` replaces functions of the cluster. */
export function aCluster(overrides: Partial<Installation> = {}): ClusterInMemory {
  let now = 0;
  const said: string[] = [];
  const done: string[] = [];
  const cluster: Omit<ClusterInMemory, 'ctx'> = { said, done, tunnels: [], services: [], startOrContinue: () => now };
  const note = (what: string) => async (object: KubeObject) => {
    done.push(`${what} ${keyOf(object)}`);
    cluster.tunnels = cluster.tunnels.filter((one) => keyOf(one) !== keyOf(object));
    cluster.services = cluster.services.filter((one) => keyOf(one) !== keyOf(object));
  };
  const installation: Installation = {
    tunnels: async () => cluster.tunnels,
    sourcesWithFinalizer: async () => cluster.services,
    setSpec: async (tunnel, spec) => void done.push(`set ${keyOf(tunnel)} ${JSON.stringify(spec)}`),
    remove: note('remove'),
    release: note('release'),
    publishedRoutes: async () => [],
    allowDefinitionDelete: async () => 'allowed',
    heartbeat: async () => undefined,
    ...overrides,
  };
  const ctx: CommandContext = {
    installation,
    attempt: async (work) =>
      work()
        .then((value) => ({ value }))
        .catch((error: Error) => ({ problem: error.message })),
    say: (line) => void said.push(line),
    nowMs: () => now,
    pause: async (ms) => void (now += ms),
  };
  return Object.assign(cluster, { ctx });
}
