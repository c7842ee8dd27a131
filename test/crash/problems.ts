import type { OperatorError } from '../../src/runtime/errors.ts';
import type { DesiredState } from '../support/desired-state.ts';
import { difference } from '../support/difference.ts';
import { keyOf } from '../support/kube-client.ts';
import { FOREIGN_FINALIZER, type LocalWorld } from '../support/local-world.ts';
import { findWorldProblems, remoteId } from '../support/world-problems.ts';

/** What existed at the start, and the failures reported since. */
export interface Known {
  readonly foreign: unknown;
  readonly failures: readonly OperatorError[];
}

/** Describes each difference from the desired state of a story. Empty when there is none. */
export async function findProblems(world: LocalWorld, desired: DesiredState, known: Known): Promise<readonly string[]> {
  return [
    ...(await findWorldProblems(world, desired, known.foreign)),
    ...rotationProblems(world, desired),
    ...(await finalizerProblems(world, desired)),
    ...(await abandonedProblems(world, desired, known)),
    ...(await goneProblems(world, desired)),
  ];
}

/** No token is rotated too often. Calls count whether or not their answers arrived. */
function rotationProblems(world: LocalWorld, { tunnels, rotations = {} }: DesiredState): readonly string[] {
  const patches = world.sandbox.cloudflare.calls.entries.filter(({ method }) => method === 'PATCH');
  return Object.keys(tunnels).flatMap((key) => {
    const found = patches.filter(({ path }) => path.endsWith(`/cfd_tunnel/${remoteId(world, key)}`));
    return difference(`rotations of ${key}`, [String(rotations[key] ?? 0)], [String(found.length)]);
  });
}

/** The foreign finalizers stay, except on Services that a story deletes. */
async function finalizerProblems({ kube }: LocalWorld, { gone }: DesiredState): Promise<readonly string[]> {
  if (gone !== undefined) return [];
  const services = await kube.list('Service', 'shop');
  const stripped = services.filter(({ metadata }) => metadata.finalizers?.includes(FOREIGN_FINALIZER) !== true);
  return difference('foreign finalizer', stripped.map(keyOf), []);
}

/** The log names what is left behind. So does an event, unless its namespace was deleted with all events. */
async function abandonedProblems(
  world: LocalWorld,
  { abandoned }: DesiredState,
  { failures }: Known,
): Promise<readonly string[]> {
  if (abandoned === undefined) return [];
  const id = remoteId(world, abandoned.tunnel) ?? '';
  const isNamed = (text: string): boolean =>
    text.includes(id) &&
    (/any (records|others)/.test(text) || abandoned.hostnames.every((name) => text.includes(name)));
  const logged = failures.filter(({ reason }) => reason === 'LeftBehind').map(({ message }) => message);
  const events = (await world.kube.list('Event')).filter(({ reason }) => reason === 'LeftBehind');
  const hasEvents = (await world.kube.find('Namespace', 'shop')) !== undefined;
  return [
    ...(logged.some(isNamed) ? [] : [`nothing in the log names what is left behind: ${JSON.stringify(logged)}`]),
    ...(!hasEvents || events.some(({ message }) => isNamed(String(message))) ? [] : ['no event names what is left']),
  ];
}

async function goneProblems({ kube }: LocalWorld, { gone = [] }: DesiredState): Promise<readonly string[]> {
  const left = await Promise.all(
    gone.map(async ([kind, key]) => ((await kube.find(kind, key)) ? `${kind} ${key}` : '')),
  );
  return left.filter((name) => name !== '').map((name) => `${name} is still there`);
}
