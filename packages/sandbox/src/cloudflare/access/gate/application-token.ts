import { createSign, createVerify, randomUUID } from 'node:crypto';
import type { SigningKey } from '../../state/access-keys.ts';

/** The claims of a token of Access. */
export interface Claims {
  readonly type: 'app';
  /** The audiences of applications. */
  readonly aud: readonly string[];
  readonly iss: string;
  /** Seconds since the epoch. */
  readonly iat: number;
  readonly nbf?: number;
  readonly exp: number;
  /** The id of the person. Empty for a machine. */
  readonly sub: string;
  readonly email?: string;
  readonly country?: string;
  readonly identity_nonce?: string;
  /** The client id of a service token, or the name in a client certificate. */
  readonly common_name?: string;
  /** Which identity provider. Cloudflare keeps this in the identity that belongs to the nonce. */
  readonly login_method?: string | undefined;
}

export type NewClaims = Pick<Claims, 'aud' | 'iss'> & Partial<Claims>;

/** Signs a token (RS256) that is valid from now. */
export function signToken(claims: NewClaims, key: SigningKey, { now, lifetimeMs }: Life): string {
  const iat = Math.floor(now / 1000);
  const payload = { type: 'app', iat, exp: iat + Math.floor(lifetimeMs / 1000), sub: '', ...claims } as const;
  const signed = [{ alg: 'RS256', kid: key.kid, typ: 'JWT' }, payload].map(encode).join('.');
  const signature = createSign('RSA-SHA256').update(signed).sign(key.privateKey, 'base64url');
  return `${signed}.${signature}`;
}

interface Life {
  readonly now: number;
  readonly lifetimeMs: number;
}

/** The claims of a token, or undefined if it is not signed with one of the keys or has expired. */
export function verifyToken(token: string, keys: readonly SigningKey[], now: number): Claims | undefined {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const { kid } = decode(header);
  const key = keys.find((each) => each.kid === kid);
  const verifier = createVerify('RSA-SHA256').update(`${header}.${payload}`);
  if (key === undefined || !verifier.verify(key.publicKey, signature, 'base64url')) return undefined;
  const claims = decode(payload) as unknown as Claims;
  return claims.exp * 1000 > now ? claims : undefined;
}

/** The claims that describe a person. */
export function personal(email: string, country: string): Partial<Claims> {
  return { email, country, sub: randomUUID(), identity_nonce: randomUUID().slice(0, 16) };
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function decode(part: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}
