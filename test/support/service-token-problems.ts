/**
 * Compares service tokens with the desired state: there is one for each object that asks for it, and its Secret holds the
 * secret that is in force.
 */
import type { DesiredState } from './desired-state.ts';
import { difference } from './difference.ts';
import { type KubeObject, keyOf } from './kube-client.ts';
import type { LocalWorld } from './local-world.ts';
import { conditionOf } from './world-views.ts';

export async function serviceTokenProblems(
  world: LocalWorld,
  { tokens = [] }: DesiredState,
): Promise<readonly string[]> {
  const objects = await world.kube.list('AccessServiceToken');
  const held = await Promise.all(objects.map((object) => heldProblems(world, object)));
  return [
    ...difference('AccessServiceToken', tokens, objects.map(keyOf)),
    ...difference(
      'service token',
      tokens.map((key) => `${world.mark}${key}`),
      remoteTokens(world).map(({ name }) => name),
    ),
    ...held.flat(),
  ];
}

function remoteTokens({ sandbox, accountId, mark }: LocalWorld) {
  const { access } = sandbox.cloudflare.admin;
  return access.serviceTokens(accountId).filter(({ name }) => name.startsWith(mark));
}

async function heldProblems(world: LocalWorld, object: KubeObject): Promise<readonly string[]> {
  const key = keyOf(object);
  const secret = await world.kube.find('Secret', key);
  const read = (name: string): string => atob(secret?.data?.[name] ?? '');
  const remote = remoteTokens(world).find(({ name }) => name === `${world.mark}${key}`);
  const isInForce = read('CF_ACCESS_CLIENT_ID') === remote?.clientId && remote.enabled;
  const { handled } = (object.status?.['rotation'] ?? {}) as { readonly handled?: string };
  const requested = object.metadata.annotations?.['cftunnel.io/rotate-token'];
  return [
    ...(isInForce && read('CF_ACCESS_CLIENT_SECRET') === remote.current.value
      ? []
      : [`${key}: the Secret does not hold what is in force`]),
    ...(requested === handled ? [] : [`${key}: the requested rotation is not handled`]),
    ...(conditionOf(object, 'Ready')?.reason === 'TokenIssued' ? [] : [`${key} is not Ready`]),
    ...((remote?.secretVersion ?? 0) <= mostSecrets(requested) ? [] : [`${key}: the secret was replaced too often`]),
  ];
}

/** The first secret, one for a request, and one for an answer that was lost. */
function mostSecrets(requested: string | undefined): number {
  return requested === undefined ? 2 : 3;
}
