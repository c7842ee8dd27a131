import type { AccessPolicySpec } from '../../../src/api/accesspolicy.gen.ts';
import type { PolicyContent, RemoteRule } from '../../../src/core/access/remote.ts';
import type { References, Rule } from '../../../src/core/access/rules.ts';

/** Names the ids of an account: `group-id` for the group `group`. */
export const REFERENCES: References = {
  group: (name) => (name === 'missing' ? { missing: 'names "missing"' } : { id: `${name}-id` }),
  loginMethod: (name) => ({ id: `${name}-id` }),
  serviceToken: (name) => (name === 'missing' ? { missing: 'names "missing"' } : { id: `${name}-id` }),
};

export function allow(spec: Partial<AccessPolicySpec> = {}): AccessPolicySpec {
  return { decision: 'Allow', include: [{ email: 'ann@example.com' }], ...spec };
}

export function content(changes: Partial<PolicyContent> = {}): PolicyContent {
  return {
    name: 'staff',
    decision: 'allow',
    include: [{ email: { email: 'ann@example.com' } }],
    require: [],
    exclude: [],
    ...changes,
  };
}

/** What every kind of rule is at Cloudflare, with these references. */
export const TRANSLATED: readonly { readonly rule: Rule; readonly remote: RemoteRule }[] = [
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
