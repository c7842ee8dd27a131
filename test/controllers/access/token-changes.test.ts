/** When a service token gets a new secret, and when it is extended. */
import { describe, expect, it } from '@jest/globals';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { EPOCH } from '../../support/builders.ts';
import { conditions, ending, messageOf } from './said.ts';
import { alter, held, request, settledWorld } from './tokens.ts';

describe('a service token', () => {
  it('is rotated once for each request, in one pass', async () => {
    const world = await settledWorld();
    request(world, 'one');
    const outcome = await world.tokenPass();
    await world.tokenPass();

    expect(world.log).toStrictEqual(['store Secret', 'rotate token', 'store Secret', 'write status']);
    expect([held(world), world.tokens[0]?.secret]).toStrictEqual(['secret-2', 'secret-2']);
    expect(world.told).toStrictEqual([
      'ServiceTokenRotated: Service token token-1 has a new secret. Secret robot holds it',
    ]);
    expect(world.token?.status).toMatchObject({ tokenId: 'token-1', rotation: { handled: 'one', lastTime: EPOCH } });
    expect(ending(outcome)).toStrictEqual([60_000]);
  });

  it('is rotated when its schedule says so, and not before', async () => {
    const world = await settledWorld({ rotation: { schedule: '0 0 * * *' } });
    expect(await world.tokenPass()).toMatchObject({ recheckAfterMs: 60_000 });
    world.now = '2026-01-01T23:59:59Z';
    expect(await world.tokenPass()).toMatchObject({ recheckAfterMs: 1000 });
    expect(held(world)).toBe('secret-1');

    world.now = world.token?.status?.rotation?.nextTime ?? '';
    await world.settle(() => world.tokenPass());
    expect([held(world), world.tokens.length]).toStrictEqual(['secret-2', 1]);
  });

  it('works without a schedule that cannot be followed, and says so', async () => {
    const world = await settledWorld({ rotation: { schedule: 'daily' } });

    expect(conditions(world.token)).toStrictEqual(['Ready False InvalidSpec', 'Stalled True InvalidSpec']);
    expect(messageOf(world.token)).toMatch(/^spec\.rotation\.schedule: "daily" is not a schedule\. /);
    expect([held(world), world.log]).toStrictEqual(['secret-1', []]);
  });

  it('is extended before it ends', async () => {
    const world = await settledWorld();
    alter(world, { expiresAt: EPOCH.replace('T00', 'T01') });
    const outcome = await world.tokenPass();

    expect(world.log).toStrictEqual(['extend token', 'write status']);
    expect(world.told).toStrictEqual(['ServiceTokenExtended: Service token token-1 was extended']);
    expect([world.token?.status?.expiresAt, ending(outcome)]).toStrictEqual(['2030-01-01T00:00:00Z', [60_000]]);
  });

  it('is extended once in a pass, whatever Cloudflare makes of it', async () => {
    const world = await settledWorld();
    world.extendedUntil = EPOCH.replace('T00', 'T01');
    alter(world, { expiresAt: world.extendedUntil });
    await world.tokenPass();

    expect(world.log).toStrictEqual(['extend token', 'write status']);
  });

  it('works on although it cannot be extended, and says so', async () => {
    const world = await settledWorld();
    world.failures.set('extend token', new OperatorError('PermissionMissing', 'stall', 'Cannot extend the token'));
    alter(world, { expiresAt: EPOCH.replace('T00', 'T01') });
    const outcome = await world.tokenPass();

    const message =
      'The token works, and ends at the time in status.expiresAt unless it is extended. Cannot extend the token';
    expect(ending(outcome)).toStrictEqual([
      60_000,
      { reason: 'PermissionMissing', disposition: 'stall', message: 'Cannot extend the token' },
    ]);
    expect(conditions(world.token)).toStrictEqual(['Ready True TokenExpiresSoon', 'Reconciling True TokenExpiresSoon']);
    expect(world.told).toStrictEqual([`Warning TokenExpiresSoon: ${message}`]);
  });

  it('is not ready while it cannot be rotated', async () => {
    const world = await settledWorld();
    world.failures.set('rotate token', new OperatorError('CloudflareRefused', 'stall', 'no'));
    request(world, 'one');
    await world.tokenPass();

    expect(conditions(world.token)).toStrictEqual(['Ready False CloudflareRefused', 'Stalled True CloudflareRefused']);
    expect(world.token?.status).not.toHaveProperty('rotation');
  });
});
