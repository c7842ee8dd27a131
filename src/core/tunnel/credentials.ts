/** Parses the two Secrets of a Tunnel: the user's API token, and the connectors' credentials that the operator writes. */
import { CREDENTIALS_HASH_ANNOTATION } from '../../api/names.ts';
import type { Secret } from '../../api/objects.ts';
import { decodeBase64 } from '../base64.ts';
import { parseObject } from '../json.ts';

export type ApiCredentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'key'; readonly key: string; readonly email: string };

export type ParsedSecret =
  { readonly credentials: ApiCredentials; readonly accountId: string | undefined } | { readonly problem: string };

const ACCOUNT_ID = /^[0-9a-f]{32}$/;

/** Surrounding white space is ignored, because most files with a token end in a line break. */
export function parseApiSecret(secret: Secret): ParsedSecret {
  const read = (key: string): string => decodeBase64(secret.data?.[key] ?? '').trim();
  const token = read('CLOUDFLARE_API_TOKEN');
  const [key, email, accountId] = [read('CLOUDFLARE_API_KEY'), read('CLOUDFLARE_EMAIL'), read('CLOUDFLARE_ACCOUNT_ID')];
  if (accountId !== '' && !ACCOUNT_ID.test(accountId))
    return { problem: 'CLOUDFLARE_ACCOUNT_ID must be 32 lower-case hexadecimal digits' };
  const account = accountId === '' ? undefined : accountId;
  if (token !== '') {
    if (!isHeaderSafe(token))
      return {
        problem:
          'CLOUDFLARE_API_TOKEN contains spaces or other characters that a token cannot contain. Store it again without quotes',
      };
    return { credentials: { kind: 'token', token }, accountId: account };
  }
  if (key !== '' && email !== '') {
    if (!isHeaderSafe(key + email))
      return {
        problem:
          'CLOUDFLARE_API_KEY or CLOUDFLARE_EMAIL contains characters that it cannot contain. Store them again without quotes',
      };
    return { credentials: { kind: 'key', key, email }, accountId: account };
  }
  return { problem: 'the key CLOUDFLARE_API_TOKEN, or CLOUDFLARE_API_KEY and CLOUDFLARE_EMAIL, is missing' };
}

/** What cloudflared needs to connect. `tunnelId` is `undefined` until the tunnel is created. */
export interface TunnelCredentials {
  readonly accountId: string;
  /** Standard base64 of 32 random bytes. */
  readonly tunnelSecret: string;
  readonly tunnelId: string | undefined;
}

/** Serializes `credentials.json` for cloudflared. */
export function writeCredentials({ accountId, tunnelSecret, tunnelId }: TunnelCredentials): string {
  const id = tunnelId === undefined ? {} : { TunnelID: tunnelId };
  return JSON.stringify({ AccountTag: accountId, TunnelSecret: tunnelSecret, ...id });
}

/** The same credentials in the format of `TUNNEL_TOKEN`. */
export function connectorToken(credentials: TunnelCredentials & { readonly tunnelId: string }): string {
  const { accountId, tunnelId, tunnelSecret } = credentials;
  return btoa(JSON.stringify({ a: accountId, t: tunnelId, s: tunnelSecret }));
}

/** The inverse of `connectorToken`, for a token from Cloudflare. */
export function readConnectorToken(token: string): TunnelCredentials | undefined {
  const { a, t, s } = parseObject(decodeBase64(token));
  if (typeof a !== 'string' || typeof t !== 'string' || typeof s !== 'string') return undefined;
  return { accountId: a, tunnelId: t, tunnelSecret: s };
}

/**
 * Parses the Secret that the operator has written; `undefined` if it is incomplete, or differs from what was written
 * according to its hash annotation. So credentials that were edited by hand never reach the connectors.
 */
export function readCredentials(secret: Secret, hash: (text: string) => string): TunnelCredentials | undefined {
  const text = decodeBase64(secret.data?.['credentials.json'] ?? '');
  if (text === '' || secret.metadata.annotations?.[CREDENTIALS_HASH_ANNOTATION] !== hash(text)) return undefined;
  const { AccountTag, TunnelSecret, TunnelID } = parseObject(text);
  if (typeof AccountTag !== 'string' || typeof TunnelSecret !== 'string' || !isAscii(text)) return undefined;
  const credentials = {
    accountId: AccountTag,
    tunnelSecret: TunnelSecret,
    tunnelId: typeof TunnelID === 'string' ? TunnelID : undefined,
  };
  const token = decodeBase64(secret.data?.['token'] ?? '');
  const isComplete =
    credentials.tunnelId === undefined || token === connectorToken({ ...credentials, tunnelId: credentials.tunnelId });
  return isComplete ? credentials : undefined;
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function isHeaderSafe(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
