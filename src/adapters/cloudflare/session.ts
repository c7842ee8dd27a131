import type { Zone } from '../../core/dns/zone.ts';
import type { DnsChange, ObservedRecord } from '../../core/dns/plan.ts';
import type { RemoteTunnel } from '../../core/tunnel/remote.ts';
import { OperatorError } from '../../runtime/errors.ts';
import type { CloudflareClient } from './client.ts';
import { asOperatorError, isAuthError, sentenceOf } from './errors.ts';
import { Freshness } from './freshness.ts';
import { createTunnel, deleteTunnel, dropConnections, listTunnels, readConnectorToken } from './tunnels.ts';
import { type WriteOutcome, ZoneRecords } from './zone-records.ts';
import { type Account, listAccounts, listZones } from './zones.ts';

/** What has been read of every zone, shared by all sessions: a record is the same whoever looks at it. */
export type RecordBook = Map<string, ZoneRecords>;

/**
 * One set of API credentials at work: every controller that uses the same token shares its caches. Reads take the age
 * that the caller can live with, so that an unchanged world costs no call. Failures are `OperatorError`.
 */
export class CloudflareSession {
  readonly #client: CloudflareClient;
  readonly #book: RecordBook;
  readonly #zones = new Freshness<readonly Zone[]>();
  readonly #accounts = new Freshness<readonly Account[]>();
  readonly #tunnels = new Map<string, Freshness<readonly RemoteTunnel[]>>();

  constructor(client: CloudflareClient, book: RecordBook) {
    this.#client = client;
    this.#book = book;
  }

  zones(maxAgeMs: number, signal: AbortSignal): Promise<readonly Zone[]> {
    return this.#zones.get(maxAgeMs, () =>
      this.#call('list the zones', 'Zone Read', () => listZones(this.#client, signal)),
    );
  }

  /** Accounts the token may name; an account-owned token cannot list them and sees none here. */
  accounts(maxAgeMs: number, signal: AbortSignal): Promise<readonly Account[]> {
    return this.#accounts.get(maxAgeMs, () =>
      this.#call('list the accounts', 'Account Settings Read', () => listAccounts(this.#client, signal)),
    );
  }

  /** Every tunnel of an account that is not deleted. */
  tunnels(accountId: string, maxAgeMs: number, signal: AbortSignal): Promise<readonly RemoteTunnel[]> {
    return this.#tunnelsOf(accountId).get(maxAgeMs, () =>
      this.#call(
        'list the tunnels',
        'Cloudflare Tunnel Write',
        () => listTunnels(this.#client, accountId, signal),
        accountId,
      ),
    );
  }

  /** `undefined`: a tunnel of that name exists already. */
  async createTunnel(
    accountId: string,
    name: string,
    secret: string,
    signal: AbortSignal,
  ): Promise<RemoteTunnel | undefined> {
    const made = await this.#call(
      `create the tunnel "${name}"`,
      'Cloudflare Tunnel Write',
      () => createTunnel(this.#client, accountId, name, secret, signal),
      accountId,
    );
    if (made !== undefined) this.#tunnelsOf(accountId).amend((tunnels) => [...tunnels, made]);
    return made;
  }

  /** The token with which a connector would connect: it proves the tunnel's secret. */
  connectorToken(accountId: string, tunnelId: string, signal: AbortSignal): Promise<string> {
    return this.#call(
      'read the token of the tunnel',
      'Cloudflare Tunnel Write',
      () => readConnectorToken(this.#client, accountId, tunnelId, signal),
      accountId,
    );
  }

  dropConnections(accountId: string, tunnelId: string, signal: AbortSignal): Promise<void> {
    return this.#call(
      'clean up the connections of the tunnel',
      'Cloudflare Tunnel Write',
      () => dropConnections(this.#client, accountId, tunnelId, signal),
      accountId,
    );
  }

  /** False: connectors still hold it. A tunnel that is gone already counts as deleted. */
  async deleteTunnel(accountId: string, tunnelId: string, signal: AbortSignal): Promise<boolean> {
    this.#tunnelsOf(accountId).amend((tunnels) => tunnels.filter((tunnel) => tunnel.id !== tunnelId));
    return this.#call(
      'delete the tunnel',
      'Cloudflare Tunnel Write',
      () => deleteTunnel(this.#client, accountId, tunnelId, signal),
      accountId,
    );
  }

  /** Records of our cluster in a zone, and whatever else was seen on the way. */
  records(zone: Zone, clusterMark: string, maxAgeMs: number, signal: AbortSignal): Promise<readonly ObservedRecord[]> {
    return this.#call(`list the records of zone ${zone.name}`, 'DNS Write', () =>
      this.#recordsOf(zone).ours(this.#client, clusterMark, maxAgeMs, signal),
    );
  }

  /** Every record of a zone, foreign ones included. */
  allRecords(zone: Zone, signal: AbortSignal): Promise<readonly ObservedRecord[]> {
    return this.#call(`list the records of zone ${zone.name}`, 'DNS Write', () =>
      this.#recordsOf(zone).all(this.#client, signal),
    );
  }

  /** Writes changes in as few batches as the plan of the zone allows; a batch happens whole or not at all. */
  writeRecords(zone: Zone, changes: readonly DnsChange[], signal: AbortSignal): Promise<WriteOutcome> {
    return this.#call(`write ${changes.length} records in zone ${zone.name}`, 'DNS Write', () =>
      this.#recordsOf(zone).write(this.#client, changes, signal),
    );
  }

  #tunnelsOf(accountId: string): Freshness<readonly RemoteTunnel[]> {
    const known = this.#tunnels.get(accountId) ?? new Freshness<readonly RemoteTunnel[]>();
    this.#tunnels.set(accountId, known);
    return known;
  }

  #recordsOf(zone: Zone): ZoneRecords {
    const known = this.#book.get(zone.id) ?? new ZoneRecords(zone);
    this.#book.set(zone.id, known);
    return known;
  }

  async #call<T>(doing: string, permission: string, work: () => Promise<T>, accountId?: string): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isAuthError(error)) throw asOperatorError(error, doing);
      const isKnown = await this.#isTokenValid(accountId);
      const said = sentenceOf(error);
      const where = accountId === undefined ? '' : ` in account ${accountId}`;
      throw isKnown
        ? new OperatorError(
            'PermissionMissing',
            'stall',
            `Cannot ${doing}: the token needs the permission "${permission}"${where} (${said})`,
            { cause: error },
          )
        : new OperatorError(
            'CredentialsRejected',
            'stall',
            `Cannot ${doing}: Cloudflare does not accept the credentials (${said})`,
            { cause: error },
          );
    }
  }

  /** A missing permission and a wrong token get the same answer; only this question tells them apart. */
  async #isTokenValid(accountId: string | undefined): Promise<boolean> {
    try {
      return isActive(await this.#client.user.tokens.verify());
    } catch (error) {
      if (!isAuthError(error)) throw asOperatorError(error, 'verify the token');
    }
    if (accountId === undefined) return false;
    try {
      const answer = await this.#client.get<{ result: unknown }>(`/accounts/${accountId}/tokens/verify`);
      return isActive(answer.result);
    } catch (error) {
      if (!isAuthError(error)) throw asOperatorError(error, 'verify the token');
      return false;
    }
  }
}

function isActive(answer: unknown): boolean {
  return Reflect.get(Object(answer), 'status') === 'active';
}
