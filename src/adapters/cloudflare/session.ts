import type { Zone } from '../../core/model/zone.ts';
import type { DnsChange, ObservedRecord } from '../../core/dns/plan.ts';
import type { RemoteTunnel } from '../../core/tunnel/remote.ts';
import { OperatorError } from '../../runtime/errors.ts';
import type { CloudflareClient } from './client.ts';
import type { WriteOutcome } from './deliver.ts';
import { asOperatorError, isAuthError, isGone, isUnanswered, sentenceOf } from './errors.ts';
import { Freshness } from './freshness.ts';
import { Batcher } from './batcher.ts';
import type { RateBudget, Urgency } from './rate-budget.ts';
import {
  createTunnel,
  deleteTunnel,
  dropConnections,
  listConnectors,
  listTunnels,
  readConnectorToken,
} from './tunnels.ts';
import { type WriteManner, ZoneRecords } from './zone-records.ts';
import { type Account, listAccounts, listZones } from './zones.ts';

/** What a call is for: said to the user when it fails. */
interface Call {
  readonly doing: string;
  readonly permission: string;
  readonly accountId?: string;
  readonly urgency?: Urgency;
}

const TUNNEL_WRITE = 'Cloudflare Tunnel Write';

/**
 * Reading and writing are told of in the same words: what has been read is shared by all tokens, so that it is chance
 * which of the two a token without the permission comes to.
 */
function onRecords(zone: Zone): Call {
  return {
    doing: `read and write the records of zone ${zone.name}`,
    permission: 'DNS Write',
    accountId: zone.accountId,
  };
}

/** What has been read of every zone, shared by all sessions: a record is the same whoever looks at it. */
export type RecordsByZone = Map<string, ZoneRecords>;

/**
 * One set of API credentials at work: every controller that uses the same token shares its caches. Reads take the age
 * that the caller can live with, so that an unchanged world costs no call. Failures are `OperatorError`.
 */
export class CloudflareSession {
  readonly #client: CloudflareClient;
  readonly #recordsByZone: RecordsByZone;
  readonly #budget: RateBudget;
  readonly #zones = new Freshness<readonly Zone[]>();
  readonly #accounts = new Freshness<readonly Account[]>();
  readonly #batchers = new Map<string, Batcher>();
  readonly #tunnels = new Map<string, Freshness<readonly RemoteTunnel[]>>();
  readonly #connectors = new Map<string, Freshness<readonly string[]>>();

  constructor(client: CloudflareClient, recordsByZone: RecordsByZone, budget: RateBudget) {
    this.#client = client;
    this.#recordsByZone = recordsByZone;
    this.#budget = budget;
  }

  /** Calls that this token has left in the present window. */
  get callsLeft(): number {
    return this.#budget.left;
  }

  zones(maxAgeMs: number, signal: AbortSignal): Promise<readonly Zone[]> {
    const call = { doing: 'list the zones', permission: 'Zone Read' };
    return this.#read(this.#zones, maxAgeMs, call, () => listZones(this.#client, signal));
  }

  /** Accounts the token may name; an account-owned token cannot list them and sees none here. */
  accounts(maxAgeMs: number, signal: AbortSignal): Promise<readonly Account[]> {
    const call = { doing: 'list the accounts', permission: 'Account Settings Read' };
    return this.#read(this.#accounts, maxAgeMs, call, () => listAccounts(this.#client, signal));
  }

  /** Every tunnel of an account that is not deleted. */
  tunnels(accountId: string, maxAgeMs: number, signal: AbortSignal): Promise<readonly RemoteTunnel[]> {
    const call = { doing: 'list the tunnels', permission: TUNNEL_WRITE, accountId };
    return this.#read(this.#tunnelsOf(accountId), maxAgeMs, call, () => listTunnels(this.#client, accountId, signal));
  }

  /** `undefined`: a tunnel of that name exists already. */
  async createTunnel(
    accountId: string,
    name: string,
    secret: string,
    signal: AbortSignal,
  ): Promise<RemoteTunnel | undefined> {
    const call = { doing: `create the tunnel "${name}"`, permission: TUNNEL_WRITE, accountId };
    const cell = this.#tunnelsOf(accountId);
    const make = (): Promise<RemoteTunnel | undefined> =>
      createTunnel(this.#client, accountId, name, secret, signal).catch((error: unknown) => {
        if (isUnanswered(error)) cell.markUncertain();
        throw error;
      });
    const made = await this.#call(call, make);
    if (made !== undefined) cell.amend((tunnels) => [...tunnels.filter(({ id }) => id !== made.id), made]);
    return made;
  }

  /** The token with which a connector would connect: it proves the tunnel's secret. */
  connectorToken(accountId: string, tunnelId: string, signal: AbortSignal): Promise<string> {
    const call = { doing: 'read the token of the tunnel', permission: TUNNEL_WRITE, accountId };
    return this.#call(call, () => readConnectorToken(this.#client, accountId, tunnelId, signal));
  }

  /** How long ago the tunnels of an account were listed. */
  tunnelsAgeMs(accountId: string): number {
    return this.#tunnelsOf(accountId).ageMs;
  }

  /** Ids of the connectors on a tunnel, whoever runs them; `undefined` while there is no call to spare for the question. */
  async connectors(
    accountId: string,
    tunnelId: string,
    maxAgeMs: number,
    signal: AbortSignal,
  ): Promise<readonly string[] | undefined> {
    const call = { doing: 'list the connectors of the tunnel', permission: TUNNEL_WRITE, accountId };
    const cell = this.#connectorsOf(tunnelId);
    const read = (): Promise<readonly string[]> => listConnectors(this.#client, accountId, tunnelId, signal);
    try {
      return await cell.get(maxAgeMs, () => this.#call({ ...call, urgency: 'drift' }, read));
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      if (error.reason === 'RateLimited') return cell.known;
      if (!isGone(error.cause)) throw error;
      // The tunnel has gone, and the list that still has it is wrong.
      this.#tunnelsOf(accountId).expire();
      return [];
    }
  }

  /** Whether a tunnel of ours that the list lacks does not exist: no creation has ended in doubt just before it. */
  hasAllTunnels(accountId: string): boolean {
    return this.#tunnelsOf(accountId).isAuthoritative;
  }

  dropConnections(accountId: string, tunnelId: string, signal: AbortSignal): Promise<void> {
    const call = { doing: 'clean up the connections of the tunnel', permission: TUNNEL_WRITE, accountId };
    return this.#call(call, () => dropConnections(this.#client, accountId, tunnelId, signal));
  }

  /** False: connectors still hold it. A tunnel that is gone already counts as deleted. */
  async deleteTunnel(accountId: string, tunnelId: string, signal: AbortSignal): Promise<boolean> {
    const call = { doing: 'delete the tunnel', permission: TUNNEL_WRITE, accountId };
    const isDeleted = await this.#call(call, () => deleteTunnel(this.#client, accountId, tunnelId, signal));
    if (isDeleted) this.#connectors.delete(tunnelId);
    if (isDeleted) this.#tunnelsOf(accountId).amend((tunnels) => tunnels.filter((tunnel) => tunnel.id !== tunnelId));
    return isDeleted;
  }

  /** Records of our cluster in a zone, and whatever else was seen on the way. */
  async records(
    zone: Zone,
    clusterMark: string,
    maxAgeMs: number,
    signal: AbortSignal,
  ): Promise<readonly ObservedRecord[]> {
    const records = this.#recordsOf(zone);
    const { known } = records;
    if (known !== undefined && records.isFresh(maxAgeMs)) return known;
    return this.#orKnown(known, onRecords(zone), () => records.ours(this.#client, clusterMark, maxAgeMs, signal));
  }

  /** The same for the records of a zone. */
  hasAllRecords(zone: Zone): boolean {
    return this.#recordsOf(zone).isAuthoritative;
  }

  /** Every record of a zone, foreign ones included. */
  allRecords(zone: Zone, signal: AbortSignal): Promise<readonly ObservedRecord[]> {
    const records = this.#recordsOf(zone);
    return this.#call(onRecords(zone), () => records.all(this.#client, signal));
  }

  /**
   * Writes changes, together with those of other Tunnels that come within moments, in as few batches as the plan of
   * the zone allows. A name that Cloudflare refuses holds up no other; what it is known to refuse is not sent.
   */
  async writeRecords(
    zone: Zone,
    changes: readonly DnsChange[],
    { refusalAgeMs, isolatesClashes }: WriteManner,
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    const refused = this.#recordsOf(zone).knownRefusals(changes, refusalAgeMs);
    const known = new Set(refused.map(({ change }) => change));
    const open = changes.filter((change) => !known.has(change));
    if (open.length === 0) return { done: [], refused, waiting: [] };
    const outcome = await this.#batcherOf(zone, isolatesClashes).write(open, signal);
    return { ...outcome, refused: [...refused, ...outcome.refused] };
  }

  roomFor(zone: Zone, signal: AbortSignal): Promise<number> {
    const doing = `ask how many records zone ${zone.name} takes`;
    return this.#call({ ...onRecords(zone), doing }, () => this.#recordsOf(zone).room(this.#client, signal));
  }

  #tunnelsOf(accountId: string): Freshness<readonly RemoteTunnel[]> {
    const known = this.#tunnels.get(accountId) ?? new Freshness<readonly RemoteTunnel[]>();
    this.#tunnels.set(accountId, known);
    return known;
  }

  #connectorsOf(tunnelId: string): Freshness<readonly string[]> {
    const known = this.#connectors.get(tunnelId) ?? new Freshness<readonly string[]>();
    this.#connectors.set(tunnelId, known);
    return known;
  }

  #batcherOf(zone: Zone, isolatesClashes: boolean): Batcher {
    const key = `${zone.id} ${isolatesClashes}`;
    const known =
      this.#batchers.get(key) ?? new Batcher((changes, signal) => this.#write(zone, changes, isolatesClashes, signal));
    this.#batchers.set(key, known);
    return known;
  }

  /** Calls that only find refused names leave some for everybody else. */
  #write(
    zone: Zone,
    changes: readonly DnsChange[],
    isolatesClashes: boolean,
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    const records = this.#recordsOf(zone);
    return records.write(changes, isolatesClashes, (batch, isPart) => {
      const isSearch = isPart && batch.some(({ kind }) => kind !== 'delete');
      const urgency = isSearch ? 'drift' : 'wanted';
      return this.#call({ ...onRecords(zone), urgency }, () => records.writeBatch(this.#client, batch, signal));
    });
  }

  #recordsOf(zone: Zone): ZoneRecords {
    const known = this.#recordsByZone.get(zone.id) ?? new ZoneRecords(zone);
    this.#recordsByZone.set(zone.id, known);
    return known;
  }

  /** When calls run short, what is known is returned, however old. It is not marked as read again. */
  async #read<T>(cell: Freshness<T>, maxAgeMs: number, call: Call, work: () => Promise<T>): Promise<T> {
    const urgency = cell.known === undefined ? 'wanted' : 'drift';
    try {
      return await cell.get(maxAgeMs, () => this.#call({ ...call, urgency }, work));
    } catch (error) {
      const { known } = cell;
      if (known !== undefined && error instanceof OperatorError && error.reason === 'RateLimited') return known;
      throw error;
    }
  }

  /** Looking again at what is known can wait: when calls run short, what is known has to do. */
  async #orKnown<T>(known: T | undefined, call: Call, work: () => Promise<T>): Promise<T> {
    if (known === undefined) return this.#call(call, work);
    try {
      return await this.#call({ ...call, urgency: 'drift' }, work);
    } catch (error) {
      if (error instanceof OperatorError && error.reason === 'RateLimited') return known;
      throw error;
    }
  }

  async #call<T>({ doing, permission, accountId, urgency = 'wanted' }: Call, work: () => Promise<T>): Promise<T> {
    this.#budget.admit(urgency);
    try {
      return await work();
    } catch (error) {
      if (!isAuthError(error)) throw asOperatorError(error, doing);
      const said = sentenceOf(error);
      const where = accountId === undefined ? '' : ` in account ${accountId}`;
      const [reason, why] = (await this.#isTokenValid(accountId))
        ? (['PermissionMissing', `the token needs the permission "${permission}"${where}`] as const)
        : (['CredentialsRejected', 'Cloudflare does not accept the credentials'] as const);
      throw new OperatorError(reason, 'stall', `Cannot ${doing}: ${why} (${said})`, { cause: error });
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
