/** An AccessServiceToken, and what happens to it. */
import { ROTATE_TOKEN_ANNOTATION } from '../../../src/api/names.ts';
import type { AccessServiceToken } from '../../../src/api/objects.ts';
import { decodeBase64 } from '../../../src/core/base64.ts';
import { AccessWorld, anAccessServiceToken } from '../../support/access-world.ts';

type Spec = Partial<AccessServiceToken['spec']>;

export function aTokenWorld(spec: Spec = {}): AccessWorld {
  const world = new AccessWorld();
  world.token = anAccessServiceToken(spec);
  return world;
}

/** It is at Cloudflare, and its Secret holds it. */
export async function settledWorld(spec?: Spec): Promise<AccessWorld> {
  const world = aTokenWorld(spec);
  await world.settle(() => world.tokenPass());
  world.log.length = 0;
  world.told.length = 0;
  return world;
}

/** The secret that programs have. */
export function held({ secret }: AccessWorld): string {
  return decodeBase64(secret?.data?.['CF_ACCESS_CLIENT_SECRET'] ?? '');
}

export function change(world: AccessWorld, metadata: Partial<AccessServiceToken['metadata']>): void {
  if (world.token !== undefined) world.token = { ...world.token, metadata: { ...world.token.metadata, ...metadata } };
}

export function request(world: AccessWorld, value: string): void {
  change(world, { annotations: { [ROTATE_TOKEN_ANNOTATION]: value } });
}

export function remove(world: AccessWorld): void {
  change(world, { deletionTimestamp: world.now });
}

/** Somebody changes every token at Cloudflare. */
export function alter(world: AccessWorld, traits: Partial<AccessWorld['tokens'][number]>): void {
  world.tokens = world.tokens.map((one) => ({ ...one, ...traits }));
}
