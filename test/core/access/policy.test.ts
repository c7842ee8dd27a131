import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contentOf, isSamePolicy, ownPolicy, surprisesOf } from '../../../src/core/access/policy.ts';
import type { RemoteRule } from '../../../src/core/access/remote.ts';
import { RULE_KINDS, type Rule } from '../../../src/core/access/rules.ts';
import { REFERENCES, allow, content } from './access-specs.ts';

const TRANSLATED: readonly { readonly rule: Rule; readonly remote: RemoteRule }[] = [
  { rule: { email: 'Ann@Example.com' }, remote: { email: { email: 'ann@example.com' } } },
  { rule: { emailDomain: 'example.com' }, remote: { email_domain: { domain: 'example.com' } } },
  { rule: { emailList: 'list-id' }, remote: { email_list: { id: 'list-id' } } },
  { rule: { ip: '203.0.113.7' }, remote: { ip: { ip: '203.0.113.7/32' } } },
  { rule: { ipList: 'list-id' }, remote: { ip_list: { id: 'list-id' } } },
  { rule: { country: 'DE' }, remote: { geo: { country_code: 'DE' } } },
  { rule: { everyone: {} }, remote: { everyone: {} } },
  { rule: { group: 'staff' }, remote: { group: { id: 'staff-id' } } },
  { rule: { loginMethod: 'okta' }, remote: { login_method: { id: 'okta-id' } } },
  { rule: { authMethod: 'mfa' }, remote: { auth_method: { auth_method: 'mfa' } } },
  { rule: { serviceToken: 'robot' }, remote: { service_token: { token_id: 'robot-id' } } },
  { rule: { anyServiceToken: {} }, remote: { any_valid_service_token: {} } },
  { rule: { certificate: {} }, remote: { certificate: {} } },
  { rule: { commonName: 'robot' }, remote: { common_name: { common_name: 'robot' } } },
  {
    rule: { githubOrganization: { loginMethod: 'gh', name: 'example' } },
    remote: { 'github-organization': { name: 'example', identity_provider_id: 'gh-id' } },
  },
  {
    rule: { githubOrganization: { loginMethod: 'gh', name: 'example', team: 'web' } },
    remote: { 'github-organization': { name: 'example', team: 'web', identity_provider_id: 'gh-id' } },
  },
  {
    rule: { googleGroup: { loginMethod: 'google', email: 'web@example.com' } },
    remote: { gsuite: { email: 'web@example.com', identity_provider_id: 'google-id' } },
  },
  {
    rule: { azureGroup: { loginMethod: 'entra', id: 'group' } },
    remote: { azureAD: { id: 'group', identity_provider_id: 'entra-id' } },
  },
  {
    rule: { oktaGroup: { loginMethod: 'okta', name: 'web' } },
    remote: { okta: { name: 'web', identity_provider_id: 'okta-id' } },
  },
  {
    rule: { samlAttribute: { loginMethod: 'saml', name: 'team', value: 'web' } },
    remote: { saml: { attribute_name: 'team', attribute_value: 'web', identity_provider_id: 'saml-id' } },
  },
  {
    rule: { oidcClaim: { loginMethod: 'oidc', name: 'team', value: 'web' } },
    remote: { oidc: { claim_name: 'team', claim_value: 'web', identity_provider_id: 'oidc-id' } },
  },
];

describe('a rule', () => {
  it.each(TRANSLATED)('$rule is $remote at Cloudflare', ({ rule, remote }) => {
    const spec = allow({ include: [rule], require: [rule], exclude: [rule] });

    expect(contentOf(spec, 'staff', REFERENCES)).toEqual(
      content({ include: [remote], require: [remote], exclude: [remote] }),
    );
  });

  it('is known of every kind', () => {
    expect(new Set(TRANSLATED.flatMap(({ rule }) => Object.keys(rule)))).toEqual(new Set(RULE_KINDS));
  });

  it.each([
    { rule: { ip: 'office' }, says: 'spec.exclude[1]: ip "office" is neither an address nor a range' },
    { rule: { group: 'missing' }, says: 'spec.exclude[1]: group names "missing"' },
    { rule: {}, says: 'spec.exclude[1]: a rule must contain exactly one kind' },
    { rule: { country: 'DE', everyone: {} }, says: 'spec.exclude[1]: a rule must contain exactly one kind' },
  ])('$rule is told with its place', ({ rule, says }) => {
    const spec = allow({ exclude: [{ country: 'DE' }, rule] });

    expect(contentOf(spec, 'staff', REFERENCES)).toMatchObject({ problem: expect.stringContaining(says) });
  });

  it('that names what cannot be found is told from a mistake', () => {
    const named = contentOf(allow({ include: [{ serviceToken: 'missing' }] }), 'staff', REFERENCES);
    const mistake = contentOf(allow({ include: [{ ip: 'office' }] }), 'staff', REFERENCES);

    expect([named, mistake]).toMatchObject([{ isReference: true }, { problem: expect.any(String) }]);
    expect(mistake).not.toHaveProperty('isReference');
  });
});

describe('a policy', () => {
  it.each([
    { decision: 'Allow', remote: 'allow' },
    { decision: 'Deny', remote: 'deny' },
    { decision: 'Bypass', remote: 'bypass' },
    { decision: 'ServiceAuth', remote: 'non_identity' },
  ] as const)('of the decision $decision is $remote at Cloudflare', ({ decision, remote }) => {
    expect(contentOf({ decision, include: [{ everyone: {} }] }, 'staff', REFERENCES)).toMatchObject({
      decision: remote,
    });
  });

  it.each(['include', 'require', 'exclude'] as const)('of the decision Bypass has no identity in %s', (list) => {
    const spec = { decision: 'Bypass' as const, include: [{ country: 'DE' }], [list]: [{ email: 'ann@example.com' }] };

    expect(contentOf(spec, 'staff', REFERENCES)).toMatchObject({ problem: expect.stringContaining('such as email') });
  });

  it.each([
    { spec: allow({ include: [{ ip: '203.0.113.7' }] }), says: 'decision Bypass' },
    { spec: allow({ include: [{ ipList: 'id' }] }), says: 'decision Bypass' },
    { spec: allow({ include: [{ serviceToken: 'robot' }] }), says: 'decision ServiceAuth' },
    { spec: allow({ include: [{ anyServiceToken: {} }] }), says: 'decision ServiceAuth' },
    { spec: allow({ decision: 'ServiceAuth' }), says: 'decision Allow' },
  ])('$spec surprises its author', ({ spec, says }) => {
    expect(surprisesOf(spec)).toEqual([expect.stringContaining(says)]);
  });

  it.each([
    allow(),
    allow({ require: [{ ip: '203.0.113.7' }] }),
    allow({ decision: 'Bypass', include: [{ ip: '203.0.113.7' }] }),
    allow({ decision: 'ServiceAuth', include: [{ serviceToken: 'robot' }] }),
    { existing: { id: 'id' } },
  ])('%j surprises nobody', (spec) => {
    expect(surprisesOf(spec)).toEqual([]);
  });
});

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
    { name: 'other' },
    { decision: 'deny' },
    { include: [] },
    { include: [{ email: { email: 'bob@example.com' } }] },
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

    expect(ownPolicy(policies, 'staff')?.id).toBe('a');
    expect(ownPolicy(policies, 'none')).toBeUndefined();
  });
});
