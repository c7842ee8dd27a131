import type { CloudflareCalls } from '../calls/calls.ts';
import { openApplications } from './applications.ts';
import { openAccessDirectory } from './directory.ts';
import { AccessLists } from './lists.ts';
import { openAccessPolicies } from './policies.ts';
import { accessCalls } from './purpose.ts';
import { openServiceTokens } from './service-tokens.ts';

/** Cloudflare Access in the accounts of one set of credentials. */
export function openAccess(calls: CloudflareCalls) {
  const lists = new AccessLists();
  const access = accessCalls(calls);
  return {
    ...openApplications(access, lists),
    ...openAccessPolicies(access, lists),
    ...openServiceTokens(access, lists),
    ...openAccessDirectory(access, lists),
  };
}
