import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSamePolicy, ownPolicy } from '../../../src/core/access/policy.ts';
import { TRANSLATED, content } from './access-specs.ts';

describe('a policy at Cloudflare', () => {
  const OKTA = { okta: { name: 'web', identity_provider_id: 'okta-id' } };

  it.each([
    { case: 'in another order', found: content({ include: [{ everyone: {} }, OKTA] }) },
    {
      case: 'with fields in another order',
      found: content({ include: [{ okta: { identity_provider_id: 'okta-id', name: 'web' } }, { everyone: {} }] }),
    },
    {
      case: 'with the standard duration',
      found: content({ include: [OKTA, { everyone: {} }], sessionDuration: '24h' }),
    },
    {
      case: 'with a duration in other units',
      found: content({ include: [OKTA, { everyone: {} }], sessionDuration: '24h0m0s' }),
    },
  ])('is the same $case', ({ found }) => {
    expect(isSamePolicy(content({ include: [OKTA, { everyone: {} }] }), found)).toBe(true);
  });

  it('is the same with an address that is spelt otherwise', () => {
    const [wanted, found] = ['203.0.113.7/32', '203.0.113.7'].map((ip) => content({ include: [{ ip: { ip } }] }));

    expect(wanted && found && isSamePolicy(wanted, found)).toBe(true);
  });

  it.each([
    ['ip', 'office', 'elsewhere'],
    ['common_name', '203.0.113.7', '203.0.113.7/32'],
  ])('differs by %s %s or %s', (kind, one, other) => {
    const [wanted, found] = [one, other].map((text) => content({ include: [{ [kind]: { [kind]: text } }] }));

    expect(wanted && found && isSamePolicy(wanted, found)).toBe(false);
  });

  it.each([
    { name: 'other' },
    { decision: 'deny' },
    { include: [] },
    { include: [{ email: { email: 'bob@example.com' } }] },
    { include: [{ unknown: null }] },
    { include: [{ ip: { ip: null } }] },
    { require: [{ everyone: {} }] },
    { exclude: [{ everyone: {} }] },
    { sessionDuration: '1h' },
  ] as const)('differs by %j', (changes) => {
    expect(isSamePolicy(content(), content(changes))).toBe(false);
  });

  it('is told from every other kind of rule', () => {
    const remote = fc.constantFrom(...TRANSLATED.map(({ remote: rule }) => rule));
    fc.assert(
      fc.property(remote, remote, (one, other) => {
        const isSame = isSamePolicy(content({ include: [one] }), content({ include: [other] }));

        expect(isSame).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it('is ours by its name, and the first of several by its id', () => {
    const policies = ['b', 'a', 'c'].map((id) => ({
      ...content({ name: id === 'c' ? 'x' : 'staff' }),
      id,
      isUsed: false,
    }));

    expect(ownPolicy(policies, 'staff', undefined)?.id).toBe('a');
    expect(ownPolicy(policies, 'staff', 'a')?.id).toBe('b');
    expect(ownPolicy(policies, 'none', undefined)).toBeUndefined();
  });
});
