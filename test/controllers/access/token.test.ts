import { describe, expect, it } from '@jest/globals';
import { ROTATE_TOKEN_ANNOTATION } from '../../../src/api/names.ts';
import { decodeBase64 } from '../../../src/core/base64.ts';
import { OperatorError } from '../../../src/runtime/errors.ts';
import {
  AccessWorld,
  type Death,
  type Life,
  anAccessServiceToken,
  dyingAtEachCall,
  untilDeath,
} from '../../support/access-world.ts';
import { aSecret } from '../../support/builders.ts';

async function aWorld(spec: Parameters<typeof anAccessServiceToken>[0] = {}): Promise<AccessWorld> {
  const world = new AccessWorld();
  world.token = anAccessServiceToken(spec);
  await world.settle(() => world.tokenPass());
  return world;
}

function held({ secret }: AccessWorld): string {
  return decodeBase64(secret?.data?.['CF_ACCESS_CLIENT_SECRET'] ?? '');
}

function reasonIn({ token }: AccessWorld): string | undefined {
  return token?.status?.conditions?.[0]?.reason;
}

function change(world: AccessWorld, metadata: object): void {
  if (world.token !== undefined) world.token = { ...world.token, metadata: { ...world.token.metadata, ...metadata } };
}

function request(world: AccessWorld, value: string): void {
  change(world, { annotations: { [ROTATE_TOKEN_ANNOTATION]: value } });
}

describe('a service token', () => {
  it('has its account written before it is made', async () => {
    const world = new AccessWorld();
    world.token = anAccessServiceToken();
    await world.tokenPass();

    expect(world.log).toEqual(['write finalizers', 'write status', 'create token', 'store Secret', 'write status']);
    expect([reasonIn(world), held(world)]).toEqual(['TokenIssued', world.tokens[0]?.secret]);
  });

  it('is rotated once for each request', async () => {
    const world = await aWorld();
    request(world, 'one');
    await world.settle(() => world.tokenPass());
    await world.tokenPass();

    expect(world.log.filter((call) => call === 'rotate token')).toHaveLength(1);
    expect(held(world)).toBe(world.tokens[0]?.secret);
    expect(world.token?.status?.rotation?.handled).toBe('one');
  });

  it('is rotated when its schedule says so, and not before', async () => {
    const world = await aWorld({ rotation: { schedule: '0 0 * * *' } });
    const { recheckAfterMs } = await world.tokenPass();
    expect(recheckAfterMs).toBe(60_000);
    world.now = '2026-01-01T23:59:59Z';
    const first = held(world);
    world.now = world.token?.status?.rotation?.nextTime ?? '';
    await world.settle(() => world.tokenPass());

    expect(held(world)).not.toBe(first);
    expect(world.tokens).toHaveLength(1);
  });

  it('works on although it cannot be extended, and says so', async () => {
    const world = await aWorld();
    world.failures.set('extend token', new OperatorError('PermissionMissing', 'stall', 'Cannot extend the token'));
    world.tokens = world.tokens.map((one) => ({ ...one, expiresAt: world.now.replace('T00', 'T01') }));
    const { failures } = await world.tokenPass();

    expect(failures).toMatchObject([{ reason: 'PermissionMissing' }]);
    expect(world.token?.status?.conditions).toMatchObject([
      { status: 'True', reason: 'TokenExpiresSoon', message: expect.stringContaining('Cannot extend the token') },
      {},
    ]);
    expect(world.told.at(-1)).toMatch(/^Warning TokenExpiresSoon: /);
  });

  it('is made for nobody else’s Secret', async () => {
    const world = new AccessWorld();
    world.token = anAccessServiceToken();
    world.secret = aSecret('shop/robot', { password: 'p' });
    await world.tokenPass();

    expect([reasonIn(world), world.tokens]).toEqual(['NameTaken', []]);
  });

  it('takes its Secret back after a restore', async () => {
    const world = await aWorld();
    change(world, { uid: 'new' });
    const secret = held(world);
    await world.settle(() => world.tokenPass());

    expect(world.secret?.metadata.ownerReferences).toMatchObject([{ uid: 'new' }]);
    expect([held(world), world.tokens.length]).toEqual([secret, 1]);
  });

  it('that was disabled at Cloudflare is told', async () => {
    const world = await aWorld();
    world.tokens = world.tokens.map((one) => ({ ...one, isEnabled: false }));
    await world.tokenPass();

    expect(reasonIn(world)).toBe('TokenDisabled');
  });

  it('waits for its Tunnel', async () => {
    const world = new AccessWorld();
    world.token = anAccessServiceToken();
    world.tunnel = undefined;
    const { failures } = await world.tokenPass();

    expect([reasonIn(world), failures?.[0]?.disposition]).toEqual(['InvalidSpec', 'wait']);
  });
});

// Invariant 56.
describe('a service token whose operator dies at any call', () => {
  it('is there once with the secret that is in force, and gone when it was deleted', async () => {
    const lives = await dyingAtEachCall(live);

    expect(lives.length).toBeGreaterThan(20);
    expect(lives.filter(({ found }) => found !== 'as wanted')).toEqual([]);
    expect(lives.filter(({ left }) => left !== 'nothing')).toEqual([]);
  });
});

async function live(death?: Death): Promise<Life> {
  const world = new AccessWorld();
  world.token = anAccessServiceToken();
  world.death = death;
  await untilDeath(world, lifeOf(world));
  const isAlive = world.token !== undefined && world.token.metadata.deletionTimestamp === undefined;
  const found = isAlive ? await foundIn(world) : 'as wanted';
  change(world, { deletionTimestamp: world.now });
  await world.settle(() => world.tokenPass());
  const isEmpty = world.token === undefined && world.tokens.length === 0;
  return { calls: world.log.length, found, left: isEmpty ? 'nothing' : world.tokens };
}

async function foundIn(world: AccessWorld): Promise<unknown> {
  await world.settle(() => world.tokenPass());
  const [token, ...others] = world.tokens;
  return others.length === 0 && token?.secret === held(world) ? 'as wanted' : world.tokens;
}

async function lifeOf(world: AccessWorld): Promise<void> {
  await world.settle(() => world.tokenPass());
  request(world, 'one');
  await world.settle(() => world.tokenPass());
  world.secret = undefined;
  await world.settle(() => world.tokenPass());
  change(world, { deletionTimestamp: world.now });
  await world.settle(() => world.tokenPass());
}
