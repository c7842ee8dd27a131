import type { AccessPolicySpec } from '../../../src/api/accesspolicy.gen.ts';
import type { PolicyContent } from '../../../src/core/access/remote.ts';
import type { References } from '../../../src/core/access/rules.ts';

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
