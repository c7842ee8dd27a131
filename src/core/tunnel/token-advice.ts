import type { TunnelReason } from '../../api/conditions.ts';
import type { Tunnel } from '../../api/objects.ts';

/** What to do about a failure caused by the API token; `undefined` for any other failure. */
export function tokenAdvice(reason: TunnelReason, { metadata, spec }: Tunnel): string | undefined {
  const secret = `Secret ${metadata.namespace}/${spec.credentialsRef.name}, key CLOUDFLARE_API_TOKEN (or CLOUDFLARE_API_KEY)`;
  if (reason === 'CredentialsRejected')
    return `Put a valid token into ${secret}. The operator picks it up within 10 seconds`;
  if (reason === 'PermissionMissing')
    return `Add the permission to the token at https://dash.cloudflare.com/profile/api-tokens, or put another token into ${secret}`;
  return undefined;
}
