import { describe, expect, it } from '@jest/globals';
import type { AccessPolicySpec } from '../../../src/api/accesspolicy.gen.ts';
import type { AccessServiceToken } from '../../../src/api/objects.ts';
import { listsNeeded, referencesTo, serviceTokensOf } from '../../../src/core/access/references.ts';
import { ACCOUNT, anAccessServiceToken } from '../../support/access-world.ts';
import { allow } from './access-specs.ts';

const ID = '11111111-2222-3333-4444-555555555555';
const LISTED = [
  { id: 'other', name: 'Everybody' },
  { id: 'one', name: 'Staff' },
  { id: 'two', name: 'Twice' },
  { id: 'three', name: 'Twice' },
];

function inAccount(groups: typeof LISTED, loginMethods: typeof LISTED, token?: AccessServiceToken) {
  return referencesTo({
    accountId: ACCOUNT,
    groups,
    loginMethods,
    serviceToken: (name) => (name === 'robot' ? token : undefined),
  });
}

describe.each([
  ['group', (name: string) => inAccount(LISTED, []).group(name)],
  ['login method', (name: string) => inAccount([], LISTED).loginMethod(name)],
])('a %s that a rule names', (what, find) => {
  it.each([
    ['Staff', { id: 'one' }],
    [ID, { id: ID }],
    ['staff', { missing: `names "staff", and the account has no ${what} of that name` }],
    [`x${ID}`, { missing: `names "x${ID}", and the account has no ${what} of that name` }],
    [`${ID}0`, { missing: `names "${ID}0", and the account has no ${what} of that name` }],
    ['Twice', { missing: 'names "Twice", and the account has several of that name. Set the id of one' }],
  ])('as %j is %j', (name, found) => {
    expect(find(name)).toStrictEqual(found);
  });
});

function made(status?: AccessServiceToken['status']): AccessServiceToken {
  return { ...anAccessServiceToken(), ...(status === undefined ? {} : { status }) };
}

describe('a service token that a rule names', () => {
  it.each([
    ['in the account', made({ tokenId: 'token', accountId: ACCOUNT }), { id: 'token' }],
    ['that does not exist', undefined, { missing: 'names "robot", and there is no AccessServiceToken of that name' }],
    ['that nobody has seen', made(), { missing: 'names "robot", which has no token yet' }],
    ['that is being made', made({ accountId: ACCOUNT }), { missing: 'names "robot", which has no token yet' }],
    [
      'of another account, which would let nobody in,',
      made({ tokenId: 'token', accountId: 'other' }),
      { missing: 'names "robot", whose token is in another account' },
    ],
  ])('%s is found, or it is said why not', (_, token, found) => {
    expect(inAccount([], [], token).serviceToken('robot')).toStrictEqual(found);
  });
});

const LISTS = ['include', 'require', 'exclude'] as const;

function needed(spec: AccessPolicySpec): string {
  return Object.entries(listsNeeded(spec))
    .flatMap(([list, isNeeded]) => (isNeeded ? [list] : []))
    .join();
}

describe('the lists that a policy needs', () => {
  it.each(LISTS)('are those of what its rules name in %s', (list) => {
    expect(needed({ [list]: [{ country: 'DE' }, { group: 'Staff' }] })).toBe('groups');
    expect(needed({ [list]: [{ country: 'DE' }, { loginMethod: 'Okta' }] })).toBe('loginMethods');
  });

  it.each([
    { githubOrganization: { loginMethod: 'x', name: 'example' } },
    { googleGroup: { loginMethod: 'x', email: 'web@example.com' } },
    { azureGroup: { loginMethod: 'x', id: 'group' } },
    { oktaGroup: { loginMethod: 'x', name: 'web' } },
    { samlAttribute: { loginMethod: 'x', name: 'team', value: 'web' } },
    { oidcClaim: { loginMethod: 'x', name: 'team', value: 'web' } },
  ])('are the login methods for %j', (rule) => {
    expect(needed(allow({ include: [rule] }))).toBe('loginMethods');
  });

  it('are none for ids, nor for what names nothing', () => {
    expect(needed({})).toBe('');
    expect(needed(allow())).toBe('');
    expect(needed(allow({ include: [{ group: ID }, { oktaGroup: { loginMethod: ID, name: 'web' } }] }))).toBe('');
  });
});

describe('the service tokens that a policy names', () => {
  it.each(LISTS)('are found in %s', (list) => {
    expect(serviceTokensOf({ [list]: [{ country: 'DE' }, { serviceToken: 'robot' }] })).toStrictEqual(['robot']);
  });

  it('are told once', () => {
    const rules = [{ serviceToken: 'robot' }, { serviceToken: 'other' }];

    expect(serviceTokensOf({ include: rules, require: rules, exclude: rules })).toStrictEqual(['robot', 'other']);
  });
});
