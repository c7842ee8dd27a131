import { describe, expect, it } from '@jest/globals';
import type { AccessPolicyStatus } from '../../../src/api/accesspolicy.gen.ts';
import type { AccessPolicy } from '../../../src/api/objects.ts';
import {
  accountsOf,
  entriesOf,
  goodReport,
  policyChange,
  policyStatus,
  unlistedPolicy,
  usersText,
} from '../../../src/core/access/policy-status.ts';
import { anAccessPolicy } from '../../support/access-world.ts';
import { allow } from './access-specs.ts';

const POLICY = anAccessPolicy(allow());
const READY = { type: 'Ready', status: 'True', reason: 'Unused', message: '', lastTransitionTime: '' } as const;

function withStatus(status: AccessPolicyStatus): AccessPolicy {
  return { ...POLICY, status };
}

describe('the status of a policy', () => {
  const policy = { ...POLICY, metadata: { ...POLICY.metadata, generation: 3 } };
  const unnumbered = { ...POLICY, metadata: { name: 'staff', namespace: 'shop' } };

  it('is the same in whatever order accounts and Tunnels are found', () => {
    const entries = [
      { accountId: 'b', policyId: 'two', tunnels: ['shop/home'] },
      { accountId: 'a', policyId: 'one', tunnels: ['shop/home', 'shop/edge'] },
    ];

    expect(policyStatus(policy, entries, { conditions: [READY], pending: ['d', 'c'] })).toStrictEqual({
      observedGeneration: 3,
      accounts: [
        { accountId: 'a', policyId: 'one', tunnels: ['shop/edge', 'shop/home'] },
        { accountId: 'b', policyId: 'two', tunnels: ['shop/home'] },
      ],
      pendingAccounts: ['c', 'd'],
      conditions: [READY],
    });
  });

  it('does not mention what there is none of', () => {
    expect(policyStatus(unnumbered, [], { conditions: [], pending: [] })).toStrictEqual({
      observedGeneration: 0,
      conditions: [],
    });
  });
});

describe('the accounts of a policy', () => {
  const seen = withStatus({
    accounts: [
      { accountId: 'b', policyId: 'two', tunnels: ['shop/home'] },
      { accountId: 'a', policyId: 'one' },
    ],
    pendingAccounts: ['0', 'a'],
  });

  it('are all in which it is or may be, each once', () => {
    expect(accountsOf(seen)).toStrictEqual(['0', 'a', 'b']);
  });

  it('are told with what the policy is there', () => {
    expect(entriesOf(seen)).toStrictEqual([
      { accountId: 'b', policyId: 'two', tunnels: ['shop/home'] },
      { accountId: 'a', policyId: 'one', tunnels: [] },
    ]);
  });

  it.each([
    ['b', [], 'two'],
    ['b', [{ id: 'one' }], 'two'],
    ['b', [{ id: 'two' }], undefined],
    ['c', [], undefined],
  ])('in %s, beside %j, the list lacks %s', (accountId, listed, id) => {
    expect(unlistedPolicy(seen, accountId, listed)).toBe(id);
  });

  it('never lack the policy that the spec names, which is not ours', () => {
    const spec = { ...seen.spec, existing: { id: 'two' } };

    expect(unlistedPolicy({ ...seen, spec }, 'b', [])).toBeUndefined();
  });

  it.each([POLICY, withStatus({})])('are none before the operator has seen it', (policy) => {
    expect([entriesOf(policy), accountsOf(policy)]).toStrictEqual([[], []]);
  });
});

describe('a policy without a problem', () => {
  it.each([
    [false, ['It is odd'], 'Unused', 'No hostname and no Tunnel uses the policy, so it is not at Cloudflare'],
    [true, [], 'PolicySynced', 'The policy is at Cloudflare as its spec says'],
    [true, ['One', 'Two'], 'PolicySynced', 'The policy is at Cloudflare as its spec says. One. Two'],
  ])('that is used (%s), with the surprises %j, is %s', (isUsed, surprises, reason, message) => {
    expect(goodReport(isUsed, surprises)).toStrictEqual({ status: 'True', reason, message });
  });

  it.each([
    [['shop/home'], 'hostnames of Tunnel shop/home'],
    [['shop/home', 'shop/edge'], 'hostnames of Tunnels shop/edge, shop/home'],
  ])('is used by %j, in words', (users, text) => {
    expect(usersText(users)).toBe(text);
  });
});

it.each([
  ['AccessPolicyCreated', 'Access policy id was created in account account'],
  ['AccessPolicyUpdated', 'Access policy id was changed in account account'],
  ['AccessPolicyDeleted', 'Access policy id was deleted in account account'],
] as const)('the change %s to a policy is told as "%s"', (reason, message) => {
  expect(policyChange(reason, POLICY, { id: 'id', accountId: 'account' })).toStrictEqual({
    reason,
    message,
    entries: [{ id: 'id', account: 'account', policy: 'shop/staff' }],
  });
});
