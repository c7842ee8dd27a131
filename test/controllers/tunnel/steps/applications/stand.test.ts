/** What an application says, and what is read for it. */
import { describe, expect, it } from '@jest/globals';
import { OperatorError } from '../../../../../src/runtime/errors.ts';
import { HOST, OTHER, aWorld, asking, ensure } from './step.ts';

const REFUSED = new OperatorError('PermissionMissing', 'stall', 'no');
const ID = '11111111-2222-3333-4444-555555555555';

describe('an application', () => {
  it('says what the Tunnel says of all of them', async () => {
    const world = aWorld(undefined, { spec: { access: { sessionDuration: '1h', identityProviders: ['GitHub', ID] } } });
    await ensure(world);

    expect(world.access.applications).toMatchObject([
      { sessionDuration: '1h', loginMethods: ['idp-1', ID], policies: ['id of staff'] },
    ]);
  });

  it('does not stand while a login method is missing', async () => {
    const world = aWorld(undefined, { spec: { access: { identityProviders: ['Github'] } } });
    const { refused } = await ensure(world);

    expect(refused).toStrictEqual([
      `AccessNotReady ${HOST}: spec.access.identityProviders names "Github", and the account has no login method of that name, did you mean GitHub?`,
    ]);
    expect(world.log).toStrictEqual([]);
  });

  it('needs no list of login methods that are given by id', async () => {
    const world = aWorld(undefined, { spec: { access: { identityProviders: [ID] } } });
    world.failures.set('list login methods', REFUSED);

    expect(await ensure(world)).toMatchObject({ failures: [], refused: [] });
  });

  it('is read only if there is a policy for it', async () => {
    const world = aWorld([asking(HOST, ['shop/nobody'])]);
    world.failures.set('read team', REFUSED);
    const { failures, refused } = await ensure(world);

    expect([failures, refused]).toStrictEqual([
      [],
      [`AccessNotReady ${HOST}: AccessPolicy shop/nobody does not exist. Create it`],
    ]);
  });

  it('leaves the check to the edge with a policy that lets requests in without a token', async () => {
    const world = aWorld([asking(), asking(OTHER, ['shop/office'])]);
    const { applications } = await ensure(world);

    expect(applications.routes.map(({ protection }) => protection)).toStrictEqual([
      { team: 'acme', audience: 'aud 1' },
      { team: 'acme', audience: 'aud 2', isUnchecked: true },
    ]);
  });

  it('lets everyone into what is open below a protected hostname, which has no protection', async () => {
    const open = { ...asking(HOST, 'none'), path: { type: 'Prefix', value: '/open' } } as const;
    const world = aWorld([asking(), open]);
    const { applications } = await ensure(world);

    expect(applications.routes).toStrictEqual([{ ...asking(), protection: { team: 'acme', audience: 'aud 1' } }, open]);
    expect(applications.needed).toStrictEqual(new Set([HOST, `${HOST}/open`]));
    expect(world.access.applications).toMatchObject([
      { domain: HOST, policies: ['id of staff'] },
      { domain: `${HOST}/open`, policies: 'everyone' },
    ]);
  });
});
