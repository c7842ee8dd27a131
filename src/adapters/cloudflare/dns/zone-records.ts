import type { BatchAnswer } from '../../../core/dns/delivery.ts';
import { type KnownRefusals, knownAmong, withOutcome } from '../../../core/dns/known-refusals.ts';
import type { DnsChange } from '../../../core/dns/plan.ts';
import type { Zone } from '../../../core/model/zone.ts';
import { CachedList } from '../cached-list/cached-list.ts';
import type { CloudflareClient } from '../calls/client.ts';
import { isUnanswered } from '../calls/errors.ts';
import { type SendBatch, type WriteOutcome, deliver } from './deliver.ts';
import { type RecordsById, batchOf, observed } from './record-calls.ts';
import { batchRefusal } from './record-errors.ts';

/** How a caller wants its changes written. */
export interface WriteManner {
  /** A change that was refused no longer ago than this is not sent again. */
  readonly refusalAgeMs: number;
  /** Whether to find the names that clash with an unknown record. */
  readonly isolatesClashes: boolean;
}

/** The records of one zone and the changes that Cloudflare has refused there. Our own batches keep the list up to date. */
export class ZoneRecords {
  readonly zone: Zone;
  readonly list = new CachedList<RecordsById>();
  /** Foreign records are read along with ours. */
  isReadWhole = false;
  #refusals: KnownRefusals = new Map();

  constructor(zone: Zone) {
    this.zone = zone;
  }

  /** Writes the changes of which it is not known that Cloudflare refuses them. */
  async withoutKnownRefusals(
    changes: readonly DnsChange[],
    maxAgeMs: number,
    write: (open: readonly DnsChange[]) => Promise<WriteOutcome>,
  ): Promise<WriteOutcome> {
    const refused = knownAmong(changes, this.#refusals, performance.now() - maxAgeMs);
    const known = new Set(refused.map(({ change }) => change));
    const open = changes.filter((change) => !known.has(change));
    if (open.length === 0) return { done: [], refused, waiting: [] };
    const outcome = await write(open);
    return { ...outcome, refused: [...refused, ...outcome.refused] };
  }

  /** Writes what can be written. Names that were refused before go last, so that they cost the others nothing. */
  async write(changes: readonly DnsChange[], isolatesClashes: boolean, send: SendBatch): Promise<WriteOutcome> {
    const { batchLimit } = this.zone;
    const known = knownAmong(changes, this.#refusals, Number.NEGATIVE_INFINITY);
    const suspects = new Set(known.map(({ change }) => change.name));
    const outcome = await deliver(changes, { batchLimit, suspects, isolatesClashes }, send);
    const refusals = this.#refusals;
    this.#refusals = withOutcome(refusals, outcome, performance.now());
    return outcome.obstacle === undefined ? withStanding(outcome, refusals) : outcome;
  }

  /** Writes one batch, which happens as a whole or not at all. */
  async writeBatch(client: CloudflareClient, changes: readonly DnsChange[], signal: AbortSignal): Promise<BatchAnswer> {
    try {
      const answer = await client.dns.records.batch({ zone_id: this.zone.id, ...batchOf(changes) }, { signal });
      const gone = (answer.deletes ?? []).map(({ id }) => id);
      const written = [...(answer.patches ?? []), ...(answer.posts ?? [])].map(observed);
      this.list.amend((records) => {
        for (const id of gone) records.delete(id);
        for (const record of written) records.set(record.id, record);
        return records;
      });
      return 'written';
    } catch (error) {
      const refusal = batchRefusal(error);
      if (refusal !== undefined) return refusal;
      // The batch may have been carried out, so the list may be wrong.
      this.list.forget();
      if (isUnanswered(error)) this.list.markUncertain();
      throw error;
    }
  }
}

/** What was refused before and was not tried again is still refused. */
function withStanding(outcome: WriteOutcome, refusals: KnownRefusals): WriteOutcome {
  const standing = knownAmong(outcome.waiting, refusals, Number.NEGATIVE_INFINITY);
  const changes = new Set(standing.map(({ change }) => change));
  const waiting = outcome.waiting.filter((change) => !changes.has(change));
  return { ...outcome, refused: [...outcome.refused, ...standing], waiting };
}
