import { BaseAccounts } from 'cloudflare/resources/accounts/accounts';
import { BaseRecords } from 'cloudflare/resources/dns/records';
import { BaseTokens } from 'cloudflare/resources/user/tokens/tokens';
import { BaseApplications } from 'cloudflare/resources/zero-trust/access/applications/applications';
import { BaseGroups } from 'cloudflare/resources/zero-trust/access/groups';
import { BasePolicies } from 'cloudflare/resources/zero-trust/access/policies';
import { BaseServiceTokens } from 'cloudflare/resources/zero-trust/access/service-tokens';
import { BaseIdentityProviders } from 'cloudflare/resources/zero-trust/identity-providers/identity-providers';
import { BaseOrganizations } from 'cloudflare/resources/zero-trust/organizations/organizations';
import { BaseCloudflared } from 'cloudflare/resources/zero-trust/tunnels/cloudflared/cloudflared';
import { BaseConfigurations } from 'cloudflare/resources/zero-trust/tunnels/cloudflared/configurations';
import { BaseConnections } from 'cloudflare/resources/zero-trust/tunnels/cloudflared/connections';
import { BaseToken } from 'cloudflare/resources/zero-trust/tunnels/cloudflared/token';
import { BaseZones } from 'cloudflare/resources/zones/zones';
import { createClient } from 'cloudflare/tree-shakable';
import type { ApiCredentials } from '../../../core/tunnel/credentials.ts';
import type { Transport } from './transport.ts';

const RESOURCES = [
  BaseAccounts,
  BaseZones,
  BaseRecords,
  BaseTokens,
  BaseCloudflared,
  BaseConfigurations,
  BaseConnections,
  BaseToken,
  BasePolicies,
  BaseServiceTokens,
  BaseApplications,
  BaseGroups,
  BaseIdentityProviders,
  BaseOrganizations,
] as const;

/**
 * The SDK with only the resources that we use. Its retries are off: it would repeat a conflict three times, and its
 * sleep for a `Retry-After` ignores the signal. Its log is off: at debug level it prints secrets.
 */
export function createCloudflareClient(credentials: ApiCredentials, baseURL: string, transport: Transport) {
  const auth =
    credentials.kind === 'token'
      ? { apiToken: credentials.token, apiKey: null, apiEmail: null }
      : { apiToken: null, apiKey: credentials.key, apiEmail: credentials.email };
  return createClient({
    ...auth,
    userServiceKey: null,
    baseURL,
    maxRetries: 0,
    logLevel: 'off',
    fetch: transport.fetch,
    resources: RESOURCES,
  });
}

export type CloudflareClient = ReturnType<typeof createCloudflareClient>;
