import { describe, expect, it } from '@jest/globals';
import type { AccessPolicySpec } from '../../../src/api/accesspolicy.gen.ts';
import { contentOf } from '../../../src/core/access/policy.ts';
import { RULE_KINDS, type Rule } from '../../../src/core/access/rules.ts';
import { REFERENCES, TRANSLATED, allow, content } from './access-specs.ts';

describe('a rule', () => {
  it.each(TRANSLATED)('$rule is $remote at Cloudflare', ({ rule, remote }) => {
    const spec = allow({ include: [rule], require: [rule], exclude: [rule] });

    expect(contentOf(spec, 'staff', REFERENCES)).toStrictEqual(
      content({ include: [remote], require: [remote], exclude: [remote] }),
    );
  });

  it('is known of every kind', () => {
    expect(new Set(TRANSLATED.flatMap(({ rule }) => Object.keys(rule)))).toEqual(new Set(RULE_KINDS));
  });

  it.each<{ rule: Rule; decision?: 'Allow' | 'Bypass'; says: string }>([
    { rule: { ip: 'office' }, says: 'spec.exclude[1]: ip "office" is neither an address nor a range' },
    { rule: { group: 'missing' }, says: 'spec.exclude[1]: group names "missing"' },
    { rule: {}, says: 'spec.exclude[1]: a rule must contain exactly one kind' },
    { rule: {}, decision: 'Bypass', says: 'spec.exclude[1]: a rule must contain exactly one kind' },
    { rule: { country: 'DE', everyone: {} }, says: 'spec.exclude[1]: a rule must contain exactly one kind' },
  ])('$rule is told with its place', ({ rule, says, decision = 'Allow' }) => {
    const spec: AccessPolicySpec = { decision, include: [{ everyone: {} }], exclude: [{ country: 'DE' }, rule] };

    expect(contentOf(spec, 'staff', REFERENCES)).toMatchObject({ problem: expect.stringContaining(says) });
  });

  it('that names what cannot be found is told from a mistake', () => {
    const named = contentOf(allow({ include: [{ serviceToken: 'missing' }] }), 'staff', REFERENCES);
    const mistake = contentOf(allow({ include: [{ ip: 'office' }] }), 'staff', REFERENCES);

    expect([named, mistake]).toMatchObject([{ isReference: true }, { problem: expect.any(String) }]);
    expect(mistake).not.toHaveProperty('isReference');
  });
});
