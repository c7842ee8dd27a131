import type { IncomingHttpHeaders } from 'node:http';
import { audiencesOf, parseToken, type SignedToken } from './access-token.ts';
import type { Access } from './origin-request.ts';
import { type TeamAccess, TeamKeys } from './team-keys.ts';

/** What the check of a request says. */
export type AccessResult =
  | { readonly kind: 'passed' }
  /** The request is answered with 403. */
  | { readonly kind: 'filtered'; readonly reason: string }
  /** The token could not be verified: 502. */
  | { readonly kind: 'failed'; readonly reason: string };

const ASSERTION = 'cf-access-jwt-assertion';

/** A token may be used this long before it is valid. */
const LEEWAY_MS = 300_000;

/**
 * Lets a request of a rule with `access.required` pass only with a token of Access: signed by the team, not expired, and
 * for one of the audiences. The middleware of cloudflared in `ingress/middleware/jwtvalidator.go`.
 */
export class AccessCheck {
  readonly #issuer: string;
  readonly #audiences: readonly string[];
  readonly #keys: TeamKeys;

  constructor({ teamName, audTag, environment }: Access, access: TeamAccess) {
    const host = `${teamName}.${environment === 'fed' ? 'fed.' : ''}cloudflareaccess.com`;
    this.#issuer = `https://${host}`;
    this.#audiences = audTag ?? [];
    this.#keys = new TeamKeys(host, access);
  }

  async check(headers: IncomingHttpHeaders): Promise<AccessResult> {
    const text = headers[ASSERTION]?.toString() ?? '';
    if (text === '') return { kind: 'filtered', reason: 'no access token in request' };
    const token = parseToken(text);
    const fault = await this.#faultOf(token).catch((error: unknown) => (error as Error).message);
    if (token === undefined || fault !== undefined) return { kind: 'failed', reason: fault ?? '' };
    const audiences = audiencesOf(token);
    if (audiences.some((each) => this.#audiences.includes(each))) return { kind: 'passed' };
    return { kind: 'filtered', reason: `Invalid token in jwt: [${audiences.join(' ')}]` };
  }

  async #faultOf(token: SignedToken | undefined): Promise<string | undefined> {
    if (token?.algorithm !== 'RS256') return 'oidc: malformed jwt';
    const isSigned = await this.#keys.some(token.keyId, (key) => token.isSignedWith(key));
    if (!isSigned) return 'failed to verify signature: failed to verify id token signature';
    const { iss, exp, nbf } = token.claims;
    if (iss !== this.#issuer) {
      return `oidc: id token issued by a different provider, expected "${this.#issuer}" got "${String(iss)}"`;
    }
    if (Number(exp ?? 0) * 1000 < Date.now()) return 'oidc: token is expired';
    const isEarly = nbf !== undefined && Number(nbf) * 1000 > Date.now() + LEEWAY_MS;
    return isEarly ? 'oidc: current time before the nbf (not before) time' : undefined;
  }
}
