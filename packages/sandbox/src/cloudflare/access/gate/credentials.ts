import type { IncomingHttpHeaders } from 'node:http';
import type { AccessApplication, ServiceToken } from '../../state/access.ts';
import { accepts } from '../client-secret.ts';
import type { AccessView } from './access-view.ts';

/** What a request says about a service token. */
export type Presented =
  | { readonly kind: 'none'; readonly token: undefined }
  /** Incomplete, unknown, expired, disabled, or with a wrong secret. */
  | { readonly kind: 'invalid'; readonly token: undefined }
  | { readonly kind: 'valid'; readonly token: ServiceToken };

const CLIENT_ID = 'cf-access-client-id';
const CLIENT_SECRET = 'cf-access-client-secret';

/** Reads the two headers of a service token, or the single one that the application names. */
export function readServiceToken(
  headers: IncomingHttpHeaders,
  { settings }: AccessApplication,
  view: AccessView,
  now: number,
): Presented {
  const single = settings['read_service_tokens_from_header'];
  const given = typeof single === 'string' ? headers[single.toLowerCase()] : undefined;
  const { [CLIENT_ID]: clientId, [CLIENT_SECRET]: secret } = { ...headers, ...fromJson(given) };
  if (clientId === undefined && secret === undefined) return { kind: 'none', token: undefined };
  const token = view.serviceTokens().find((each) => each.clientId === clientId);
  const isValid = token !== undefined && typeof secret === 'string' && accepts(token, secret, now);
  return isValid ? { kind: 'valid', token } : { kind: 'invalid', token: undefined };
}

/** The session of somebody who has signed in. */
export function sessionCookie({ cookie = '' }: IncomingHttpHeaders): string | undefined {
  return /(?:^|;\s*)CF_Authorization=([^;]+)/.exec(cookie)?.[1];
}

function fromJson(header: string | string[] | undefined): Readonly<Record<string, string>> {
  try {
    const value: unknown = JSON.parse(String(header ?? '{}'));
    return typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};
  } catch {
    return {};
  }
}
