import { describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../src/api/conditions.ts';
import type { AccessPolicy } from '../../../src/api/objects.ts';
import { namesLoginMethods, resolveLoginMethods, resolvePolicies } from '../../../src/core/applications/policies.ts';
import { keyOf } from '../../../src/core/keys.ts';
import { ACCOUNT, anAccessPolicy } from '../../support/access-world.ts';

const DOMAIN = 'app.example.com';
const ID = '11111111-2222-3333-4444-555555555555';

function aPolicy(name: string, status: AccessPolicy['status'], decision: 'Allow' | 'Bypass' = 'Allow'): AccessPolicy {
  const policy = anAccessPolicy({ decision });
  return { ...policy, metadata: { ...policy.metadata, name }, ...(status === undefined ? {} : { status }) };
}

/** In two accounts, as `id of NAME` in ours. */
function made(name: string, decision?: 'Allow' | 'Bypass'): AccessPolicy {
  const accounts = [
    { accountId: 'other', policyId: 'elsewhere' },
    { accountId: ACCOUNT, policyId: `id of ${name}` },
  ];
  return aPolicy(name, { accounts }, decision);
}

function notMade(name: string, status: Condition['status'], reason: string, message: string): AccessPolicy {
  const ready = { type: 'Ready', status, reason, message, lastTransitionTime: '' };
  return aPolicy(name, { conditions: [{ ...ready, type: 'Reconciling', status: 'True' }, ready] });
}

const POLICIES = [
  made('staff'),
  made('office', 'Bypass'),
  { ...made('admins'), metadata: { name: 'admins', namespace: 'infra' } },
  aPolicy('unseen', undefined),
  aPolicy('elsewhere', { accounts: [{ accountId: 'other', policyId: 'id' }] }),
  aPolicy('waiting', { conditions: [] }),
  notMade('progressing', 'False', 'Progressing', 'Waiting'),
  notMade('ready', 'True', 'PolicySynced', 'It is there'),
  notMade('broken', 'False', 'PolicyInvalid', 'A rule is wrong'),
];

const KNOWN = { get: (key: string) => POLICIES.find((policy) => keyOf(policy) === key), list: () => POLICIES };

function resolved(policies: readonly string[] | 'everyone', domain = DOMAIN): unknown {
  return resolvePolicies({ domain, policies }, ACCOUNT, KNOWN);
}

describe('the policies of an application', () => {
  it('are found in its account, in their order', () => {
    expect(resolved(['shop/staff', 'infra/admins'])).toStrictEqual({
      ids: ['id of staff', 'id of admins'],
      isUnchecked: false,
    });
  });

  it.each([['shop/office', 'shop/staff'] as const, ['shop/staff', 'shop/office'] as const])(
    'leave the check to the edge if one of %s, %s lets requests in without a token',
    (...policies) => {
      expect(resolved(policies)).toStrictEqual({
        ids: policies.map((key) => key.replace('shop/', 'id of ')),
        isUnchecked: true,
      });
    },
  );

  it('are none for everyone, who needs no token', () => {
    expect(resolved('everyone')).toStrictEqual({ ids: [], isUnchecked: true });
  });

  it('may not leave a wildcard to the edge', () => {
    expect(resolved(['shop/staff'], '*.example.com')).toStrictEqual({ ids: ['id of staff'], isUnchecked: false });
    expect(resolved(['shop/office'], '*.example.com')).toStrictEqual({
      missing:
        'a policy with decision Bypass cannot be used for *.example.com: connectors would let in what Access does not cover. Use it on single hostnames',
    });
  });

  it.each([
    ['shop/nobody', { missing: 'AccessPolicy shop/nobody does not exist. Create it' }],
    ['shop/staf', { missing: 'AccessPolicy shop/staf does not exist, did you mean staff?' }],
    ['shop/admin', { missing: 'AccessPolicy shop/admin does not exist. Create it' }],
    ['shop/broken', { missing: 'AccessPolicy shop/broken is not made in this account yet (A rule is wrong)' }],
  ])('are missing with one like %s', (key, missing) => {
    expect(resolved(['shop/staff', key])).toStrictEqual(missing);
  });

  it.each(['unseen', 'elsewhere', 'waiting', 'progressing', 'ready'])('are awaited with one that is %s', (name) => {
    expect(resolved([`shop/${name}`])).toStrictEqual({
      missing: `AccessPolicy shop/${name} is not made in this account yet`,
      isComing: true,
    });
  });
});

describe('login methods', () => {
  const known = [
    { id: 'a', name: 'GitHub' },
    { id: 'b', name: 'Okta' },
    { id: 'c', name: 'Okta' },
  ];

  it('are found by name, or given by id', () => {
    expect(resolveLoginMethods(['GitHub', ID], known)).toStrictEqual({ ids: ['a', ID] });
  });

  it.each([
    [
      'Github',
      'spec.access.identityProviders names "Github", and the account has no login method of that name, did you mean GitHub?',
    ],
    ['Passkeys', 'spec.access.identityProviders names "Passkeys", and the account has no login method of that name'],
    ['Okta', 'the account has several login methods "Okta". Set the id of one in spec.access.identityProviders'],
    [`${ID}0`, expect.stringContaining('no login method of that name')],
    [`x${ID}`, expect.stringContaining('no login method of that name')],
  ])('named %s are not guessed', (name, missing) => {
    expect(resolveLoginMethods([ID, name], known)).toStrictEqual({ missing });
  });

  it.each([
    [[], false],
    [[ID], false],
    [[ID, 'Okta'], true],
  ])('of the account have to be known for %j: %s', (wanted, isNamed) => {
    expect(namesLoginMethods(wanted)).toBe(isNamed);
  });
});
