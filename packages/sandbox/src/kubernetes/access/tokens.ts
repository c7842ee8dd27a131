import { generateKeyPairSync, type KeyObject, randomUUID, sign, verify } from 'node:crypto';
import type { KubeObject } from '../api.ts';
import { fieldAt, type JsonObject, objectOrEmpty, textOf } from '../json.ts';

/** Issuer and only audience of the sandbox's tokens, as in a kubeadm cluster. */
export const AUDIENCE = 'https://kubernetes.default.svc.cluster.local';

/** The ServiceAccount that a token identifies. */
export interface TokenClaims {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly audiences: readonly string[];
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

const SIGNATURE = { dsaEncoding: 'ieee-p1363' } as const;

/** Issues and verifies ServiceAccount tokens: JSON Web Tokens, signed with a key that exists as long as the server. */
export class TokenIssuer {
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #keyId = randomUUID();
  /** The tokens that were verified once. Verifying a signature takes longer than most requests. */
  readonly #verified = new Map<string, TokenClaims>();

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#privateKey = privateKey;
    this.#publicKey = publicKey;
  }

  /** A token for this ServiceAccount. It is not valid for a later one with the same name. */
  issue({ metadata }: KubeObject, audiences: readonly string[], issuedAt: number, expiresAt: number): string {
    const { namespace = '', name, uid = '' } = metadata;
    const claims = {
      aud: audiences,
      exp: expiresAt,
      iat: issuedAt,
      iss: AUDIENCE,
      jti: randomUUID(),
      'kubernetes.io': { namespace, serviceaccount: { name, uid } },
      nbf: issuedAt,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    const head = encode({ alg: 'ES256', kid: this.#keyId });
    const signed = `${head}.${encode(claims)}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), { key: this.#privateKey, ...SIGNATURE }).toString('base64url')}`;
  }

  /** The claims of a token that this issuer signed, or undefined for any other string. */
  read(token: string): TokenClaims | undefined {
    const known = this.#verified.get(token);
    if (known !== undefined) return known;
    const claims = this.#verify(token);
    if (claims !== undefined) this.#verified.set(token, claims);
    return claims;
  }

  #verify(token: string): TokenClaims | undefined {
    const [head = '', body = '', signature = ''] = token.split('.');
    const key = { key: this.#publicKey, ...SIGNATURE };
    if (!verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))) return undefined;
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as JsonObject;
    const account = objectOrEmpty(fieldAt(claims, 'kubernetes.io', 'serviceaccount'));
    return {
      namespace: textOf(fieldAt(claims, 'kubernetes.io', 'namespace')),
      name: textOf(account['name']),
      uid: textOf(account['uid']),
      audiences: claims['aud'] as readonly string[],
      expiresAt: Number(claims['exp']),
    };
  }
}

function encode(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
