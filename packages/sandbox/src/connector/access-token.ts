import { createVerify, type KeyObject } from 'node:crypto';

/** A JWT, taken apart. */
export interface SignedToken {
  readonly algorithm: unknown;
  readonly keyId: unknown;
  readonly claims: Readonly<Record<string, unknown>>;
  isSignedWith(key: KeyObject): boolean;
}

/** Undefined if the text is no JWT. */
export function parseToken(text: string): SignedToken | undefined {
  const [header, payload, signature, ...more] = text.split('.');
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) return undefined;
  const fields = parsePart(header);
  const claims = parsePart(payload);
  if (fields === undefined || claims === undefined) return undefined;
  return {
    algorithm: fields['alg'],
    keyId: fields['kid'],
    claims,
    isSignedWith: (key) =>
      createVerify('RSA-SHA256').update(`${header}.${payload}`).verify(key, signature, 'base64url'),
  };
}

/** `aud` is one audience or a list. */
export function audiencesOf({ claims: { aud } }: SignedToken): readonly string[] {
  return Array.isArray(aud) ? aud.map(String) : typeof aud === 'string' ? [aud] : [];
}

function parsePart(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
