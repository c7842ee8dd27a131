import type { TunnelReason } from '../../api/conditions.ts';
import type { Tunnel } from '../../api/objects.ts';

/** What to do about a failure of the API token; `undefined`: the failure is of another kind. */
export function tokenAdvice(reason: TunnelReason, { metadata, spec }: Tunnel): string | undefined {
  const place = `Secret ${metadata.namespace}/${spec.credentialsRef.name}, key CLOUDFLARE_API_TOKEN (or CLOUDFLARE_API_KEY)`;
  if (reason === 'CredentialsRejected') return `Put a valid token into ${place}: it is noticed within 10 seconds`;
  if (reason === 'PermissionMissing')
    return `Add the permission to the token at https://dash.cloudflare.com/profile/api-tokens, or put another one into ${place}`;
  return undefined;
}
