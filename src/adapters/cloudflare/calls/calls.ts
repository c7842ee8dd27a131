import { OperatorError } from '../../../runtime/errors.ts';
import type { CachedList } from '../cached-list/cached-list.ts';
import type { CloudflareClient } from './client.ts';
import { asOperatorError, isAuthError, sentenceOf } from './errors.ts';
import type { RateBudget, Urgency } from './rate-budget.ts';

/** What a call is for. Its failure tells the user. */
export interface Purpose {
  readonly doing: string;
  readonly permission: string;
  readonly accountId?: string;
}

export interface Call<T> extends Purpose {
  readonly urgency?: Urgency;
  readonly send: (client: CloudflareClient) => Promise<T>;
}

/**
 * Makes every call to Cloudflare with one set of credentials: the call budget admits it, and a failure becomes an
 * `OperatorError` that names the missing permission if that is the cause.
 */
export class CloudflareCalls {
  readonly #client: CloudflareClient;
  readonly #budget: RateBudget;

  constructor(client: CloudflareClient, budget: RateBudget) {
    this.#client = client;
    this.#budget = budget;
  }

  async make<T>({ send, urgency = 'wanted', ...purpose }: Call<T>): Promise<T> {
    this.#budget.admit(urgency);
    try {
      return await send(this.#client);
    } catch (error) {
      throw isAuthError(error) ? await this.#explain(error, purpose) : asOperatorError(error, purpose.doing);
    }
  }

  /**
   * Reads a list through its cache. A list that is known already can wait: when calls run short, it is returned however
   * old it is, and is not marked as read again.
   */
  async cached<T>(list: CachedList<T>, maxAgeMs: number, call: Call<T>): Promise<T> {
    try {
      const read = () => this.make(list.known === undefined ? call : { ...call, urgency: 'drift' as const });
      return await list.get(maxAgeMs, { read, reader: this });
    } catch (error) {
      const { known } = list;
      if (known !== undefined && isRateLimited(error)) return known;
      throw error;
    }
  }

  async #explain(error: Parameters<typeof sentenceOf>[0], { doing, permission, accountId }: Purpose): Promise<unknown> {
    const where = accountId === undefined ? '' : ` in account ${accountId}`;
    const [reason, why] = (await this.#isTokenValid(accountId))
      ? (['PermissionMissing', `the token needs the permission "${permission}"${where}`] as const)
      : (['CredentialsRejected', 'Cloudflare does not accept the credentials'] as const);
    return new OperatorError(reason, 'stall', `Cannot ${doing}: ${why} (${sentenceOf(error)})`, { cause: error });
  }

  /** Cloudflare answers a missing permission and a wrong token alike. Only these calls tell them apart. */
  async #isTokenValid(accountId: string | undefined): Promise<boolean> {
    if (await isAccepted(() => this.#client.user.tokens.verify())) return true;
    if (accountId === undefined) return false;
    const path = `/accounts/${accountId}/tokens/verify`;
    return isAccepted(async () => (await this.#client.get<{ result: unknown }>(path)).result);
  }
}

export function isRateLimited(error: unknown): boolean {
  return error instanceof OperatorError && error.reason === 'RateLimited';
}

async function isAccepted(verify: () => Promise<unknown>): Promise<boolean> {
  try {
    return Reflect.get(Object(await verify()), 'status') === 'active';
  } catch (error) {
    if (isAuthError(error)) return false;
    throw asOperatorError(error, 'verify the token');
  }
}
