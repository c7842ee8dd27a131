import { describe, expect, it } from '@jest/globals';
import { OperatorError } from '../../../src/runtime/errors.ts';
import { ACCOUNT, type AccessWorld } from '../../support/access-world.ts';
import { byHand } from './policies.ts';
import { conditions, ending, messageOf } from './said.ts';
import { aTokenWorld, change, remove, settledWorld } from './tokens.ts';

const DELETED = 'ServiceTokenDeleted: Service token token-1 was deleted';

function name(world: AccessWorld, ...ids: readonly string[]): void {
  world.policies = ids.map((id) => ({ ...byHand('policy'), include: [{ service_token: { token_id: id } }] }));
}

/** A copy that somebody has made of the token, with its name. */
function copy(world: AccessWorld, id: string): void {
  world.tokens = [...world.tokens, ...world.tokens.map((one) => ({ ...one, id }))];
}

describe('a service token that is deleted', () => {
  it('goes with what is at Cloudflare, and with nothing else', async () => {
    const world = await settledWorld();
    const foreign = world.tokens.map((one) => ({ ...one, id: 'foreign', name: 'By hand' }));
    world.tokens = [...foreign, ...world.tokens];
    world.ages.length = 0;
    remove(world);

    expect(await world.tokenPass()).toStrictEqual({});
    expect([world.token, world.tokens]).toStrictEqual([undefined, foreign]);
    expect([world.told, world.ages]).toStrictEqual([[DELETED], [1000]]);
    expect(world.log).toStrictEqual(['delete token', 'write finalizers']);
  });

  it('lets nobody in while a policy names it', async () => {
    const world = await settledWorld();
    name(world, 'token-1');
    remove(world);
    const outcome = await world.tokenPass();
    await world.tokenPass();

    expect(world.log).toStrictEqual(['delete token', 'disable token', 'write status', 'delete token']);
    expect(world.tokens).toMatchObject([{ id: 'token-1', isEnabled: false }]);
    expect(conditions(world.token)).toStrictEqual(['Ready False InUse', 'Reconciling True InUse']);
    expect(messageOf(world.token)).toBe(
      'The token is disabled, and deleted as soon as no policy at Cloudflare names it. Remove it from the rules of AccessPolicies',
    );
    expect([ending(outcome), world.told]).toStrictEqual([[5000], []]);

    name(world);
    await world.tokenPass();
    expect([world.token, world.tokens, world.told]).toStrictEqual([undefined, [], [DELETED]]);
  });

  it('goes with its copies, and waits for the one that a policy names', async () => {
    const world = await settledWorld();
    copy(world, 'copy');
    name(world, 'token-1');
    remove(world);
    const outcome = await world.tokenPass();

    expect(world.log).toStrictEqual(['delete token', 'disable token', 'delete token', 'write status']);
    expect([world.tokens.map(({ id }) => id), ending(outcome)]).toStrictEqual([['token-1'], [5000]]);
    expect(world.told).toStrictEqual(['ServiceTokenDeleted: Service token copy was deleted']);
  });

  it('that was never announced is nowhere', async () => {
    const world = aTokenWorld();
    change(world, { finalizers: ['cftunnel.io/finalizer'] });
    remove(world);

    expect(await world.tokenPass()).toStrictEqual({});
    expect([world.token, world.ages, world.log]).toStrictEqual([undefined, [], ['write finalizers']]);
  });

  it.each([{}, { finalizers: ['other'] }])('is left to others with %j', async (metadata) => {
    const world = aTokenWorld();
    change(world, metadata);
    remove(world);

    expect(await world.tokenPass()).toStrictEqual({});
    expect(world.log).toStrictEqual([]);
  });

  it('is not ready while Cloudflare fails, however long', async () => {
    const world = await settledWorld();
    world.failures.set('list tokens', new OperatorError('CloudflareUnavailable', 'retry', 'later'));
    world.waitedMs = 300_000;
    remove(world);
    const outcome = await world.tokenPass();

    expect(ending(outcome)).toStrictEqual([
      5000,
      { reason: 'CloudflareUnavailable', disposition: 'retry', message: 'later' },
    ]);
    expect(conditions(world.token)).toStrictEqual([
      'Ready False CloudflareUnavailable',
      'Reconciling True CloudflareUnavailable',
    ]);
    expect([...world.waiting]).toStrictEqual([]);
  });

  it('may be there although it is not listed', async () => {
    const world = await settledWorld();
    const { tokens } = world;
    world.tokens = [];
    world.areListsComplete = false;
    remove(world);
    const outcome = await world.tokenPass();

    const message = 'Cloudflare did not answer a call. Checking again whether a service token was created';
    expect(ending(outcome)).toStrictEqual([5000, { reason: 'Progressing', disposition: 'wait', message }]);

    world.tokens = tokens;
    await world.tokenPass(1);
    expect([world.token, world.tokens]).toStrictEqual([undefined, []]);
  });

  it('is given up without credentials, and says what is left behind', async () => {
    const world = await settledWorld();
    world.tunnel = undefined;
    world.restart();
    remove(world);
    const message = `No Tunnel has credentials for account ${ACCOUNT}`;
    expect(ending(await world.tokenPass())).toStrictEqual([
      5000,
      { reason: 'SecretNotFound', disposition: 'stall', message },
    ]);
    expect([...world.waiting]).toStrictEqual(['AccessServiceToken token-uid']);

    world.told.length = 0;
    world.waitedMs = 300_000;
    expect(await world.tokenPass()).toStrictEqual({});
    const left = `Warning LeftBehind: AccessServiceToken shop/robot left behind at Cloudflare: the service token "cftunnel.io owner=test/shop/robot" in account ${ACCOUNT}, because no credentials for it are left`;
    expect(world.told).toStrictEqual([left, `Lease ${left}`]);
    expect([world.token, ...world.waiting]).toStrictEqual([undefined]);
  });
});
