import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { request as startRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { connect } from 'node:tls';
import type { DialOrigin } from './dial-origin.ts';

/** How a process reaches a team's site. */
export interface TeamAccess {
  readonly dial: DialOrigin;
  /** The certificates that the process trusts. Undefined: those of this machine. */
  readonly rootsPem: string | undefined;
}

interface TeamKey {
  readonly id: unknown;
  readonly key: KeyObject;
}

const DIAL_TIMEOUT_MS = 30_000;

/**
 * The public keys of a team, fetched when a token names one that is not known. Requests that need them at the same time
 * share one fetch.
 */
export class TeamKeys {
  readonly #host: string;
  readonly #access: TeamAccess;
  #known: readonly TeamKey[] = [];
  #underway: Promise<readonly TeamKey[]> | undefined;

  /** `host` is that of the team: `<team>.cloudflareaccess.com`. */
  constructor(host: string, access: TeamAccess) {
    this.#host = host;
    this.#access = access;
  }

  /** Whether a key verifies. Rejects if the keys cannot be fetched. */
  async some(id: unknown, verifies: (key: KeyObject) => boolean): Promise<boolean> {
    const matches = (keys: readonly TeamKey[]): boolean => {
      return keys.some((each) => (id === undefined || each.id === id) && verifies(each.key));
    };
    return matches(this.#known) || matches(await this.#fetch());
  }

  #fetch(): Promise<readonly TeamKey[]> {
    this.#underway ??= this.#download().finally(() => {
      this.#underway = undefined;
    });
    return this.#underway;
  }

  async #download(): Promise<readonly TeamKey[]> {
    const response = await this.#request('/cdn-cgi/access/certs');
    if (response.statusCode !== 200) throw new Error(`oidc: get keys failed: ${response.statusCode}`);
    const { keys } = (await json(response)) as { readonly keys: readonly (JsonWebKey & { readonly kid?: string })[] };
    this.#known = keys.map((jwk) => ({ id: jwk.kid, key: createPublicKey({ key: jwk, format: 'jwk' }) }));
    return this.#known;
  }

  async #request(path: string): Promise<IncomingMessage> {
    const socket = await this.#access.dial(this.#host, 443, DIAL_TIMEOUT_MS);
    const { rootsPem: ca } = this.#access;
    const secure = connect({ socket, servername: this.#host, ...(ca !== undefined && { ca }) });
    return new Promise((resolve, reject) => {
      const headers = { host: this.#host, connection: 'close' };
      const request = startRequest({ path, headers, createConnection: () => secure });
      request.once('response', resolve);
      request.once('error', reject);
      request.end();
    });
  }
}
