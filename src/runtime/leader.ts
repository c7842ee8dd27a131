import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError } from './errors.ts';

/** The state of the election as it stands in the cluster. */
export interface LeaseRecord {
  /** What the write that follows must still find; absent for a Lease that does not exist yet. */
  readonly version: string | undefined;
  /** Empty: released. */
  readonly holder: string;
  /** RFC 3339 with microseconds; only ever compared for change, never with our clock. */
  readonly renewedAt: string;
  readonly acquiredAt: string;
  readonly transitions: number;
  readonly durationSeconds: number;
}

export interface LeaseLock {
  read(): Promise<LeaseRecord | undefined>;
  /** `undefined`: somebody else wrote first. */
  write(record: LeaseRecord): Promise<LeaseRecord | undefined>;
}

export interface LeaderOptions {
  readonly identity: string;
  /** How long a lease holds without a renewal. */
  readonly durationMs: number;
  readonly renewEveryMs: number;
  readonly onFailure: (error: unknown) => void;
  /** The Lease could be read and written. */
  readonly onSuccess?: () => void;
}

/**
 * Leader election on a Lease.
 *
 * Guarantees: clocks are never compared between machines - a holder is taken for dead when its record has not changed
 * for a whole lease duration by our own monotonic clock; a leader that could not renew steps down before others may
 * step in, also one that was stopped and finds itself woken long after, be it with its machine; nothing is renewed
 * after that.
 */
export class LeaderElection {
  readonly #lock: LeaseLock;
  readonly #options: LeaderOptions;
  readonly #stop = new AbortController();
  #held: LeaseRecord | undefined;
  /** On the clock of `performance.now()`, which no one can set. */
  #renewedAt = 0;
  /** On the clock on the wall, which goes on while the machine is asleep. */
  #renewedOn = 0;
  /** The write of ours that was sent last; absent before the first. */
  #writing: Promise<unknown> | undefined;
  #seen: { readonly record: LeaseRecord; readonly at: number } | undefined;

  constructor(lock: LeaseLock, options: LeaderOptions) {
    this.#lock = lock;
    this.#options = options;
  }

  /** By the clock, not by what the election has got round to noticing: a process may have been stopped meanwhile. */
  get isLeader(): boolean {
    return this.#held !== undefined && this.#leftMs() > 0 && !this.#mayHaveSlept();
  }

  /** To be called before every write: throws when somebody else may lead by now. */
  assertLeading(): void {
    if (!this.isLeader) throw new ConflictError('another replica may lead by now');
  }

  /** Resolves when this process has become the leader; never after `stop`. */
  async acquire(): Promise<void> {
    while (!(await this.#attempt())) {
      await delay(this.#nextLookMs(), undefined, { signal: this.#stop.signal });
    }
  }

  /** Keeps the lease; resolves when it is lost, or after `stop`. A renewal that hangs counts as one that failed. */
  async keep(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted && this.#leftMs() > 0) {
      await delay(Math.min(this.#options.renewEveryMs, this.#leftMs()), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      if ((await this.#renewInTime()) === 'lost') break;
    }
    this.#held = undefined;
  }

  /** Ends the election and gives the lease back, so that a successor need not wait it out. */
  async release(): Promise<void> {
    this.#stop.abort();
    await this.#writing?.catch(() => undefined);
    this.#held = undefined;
    if (this.#writing !== undefined) await this.#giveBack().catch(this.#options.onFailure);
  }

  /** Only the Lease itself knows what a write has done whose answer was lost. */
  async #giveBack(): Promise<void> {
    const record = await this.#lock.read();
    if (record?.holder === this.#options.identity)
      await this.#lock.write({ ...record, holder: '', durationSeconds: 1 });
  }

  /** Milliseconds before this process must step down: well before others may step in. */
  #leftMs(): number {
    return Math.max(0, this.#renewedAt + this.#termMs - performance.now());
  }

  /** A clock that was set forward looks the same: nothing is written then until the next renewal has gone through. */
  #mayHaveSlept(): boolean {
    return Date.now() - this.#renewedOn > this.#termMs;
  }

  get #termMs(): number {
    return (this.#options.durationMs * 2) / 3;
  }

  async #renewInTime(): Promise<'renewed' | 'lost' | 'failed'> {
    const answered = new AbortController();
    const late = delay(this.#leftMs(), 'failed' as const, { signal: answered.signal }).catch(() => 'failed' as const);
    const outcome = await Promise.race([this.#renew(), late]);
    answered.abort();
    return outcome;
  }

  async #attempt(): Promise<boolean> {
    try {
      const record = await this.#lock.read();
      this.#options.onSuccess?.();
      if (record !== undefined && !this.#isFree(record)) return false;
      if (this.#stop.signal.aborted) throw new Error('stopped');
      const now = timestamp();
      const mine = this.#mine(record, { acquiredAt: now, transitions: (record?.transitions ?? -1) + 1 });
      await this.#write(mine);
      if (this.#stop.signal.aborted) throw new Error('stopped');
      return this.isLeader;
    } catch (error) {
      if (this.#stop.signal.aborted) throw error;
      this.#options.onFailure(error);
      return false;
    }
  }

  /** The lease counts from when its renewal was sent, not from when the answer came. */
  async #write(record: LeaseRecord): Promise<boolean> {
    const [sentAt, sentOn] = [performance.now(), Date.now()];
    const writing = this.#lock.write(record).then((written) => {
      if (written === undefined) return false;
      this.#held = written;
      this.#renewedAt = sentAt;
      this.#renewedOn = sentOn;
      return true;
    });
    this.#writing = writing;
    return writing;
  }

  #isFree(record: LeaseRecord): boolean {
    if (record.holder === '' || record.holder === this.#options.identity) return true;
    const isUnchanged = this.#seen?.record.renewedAt === record.renewedAt && this.#seen.record.holder === record.holder;
    if (!isUnchanged) this.#seen = { record, at: performance.now() };
    return this.#untilFreeMs() <= 0;
  }

  /** Looks at the very moment at which a silent holder may be taken for dead. */
  #nextLookMs(): number {
    const jitteredMs = this.#options.renewEveryMs * (0.8 + Math.random() * 0.4);
    const untilFreeMs = this.#untilFreeMs();
    return untilFreeMs > 0 ? Math.min(jitteredMs, untilFreeMs) : jitteredMs;
  }

  /** Milliseconds until the holder that was seen last may be taken for dead. */
  #untilFreeMs(): number {
    if (this.#seen === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#seen.at + this.#seen.record.durationSeconds * 1000 + 1 - performance.now());
  }

  async #renew(): Promise<'renewed' | 'lost' | 'failed'> {
    const held = this.#held;
    if (held === undefined) return 'lost';
    try {
      const isRenewed = (await this.#write(this.#mine(held, held))) || (await this.#isStillOurs());
      this.#options.onSuccess?.();
      return isRenewed ? 'renewed' : 'lost';
    } catch (error) {
      this.#options.onFailure(error);
      return 'failed';
    }
  }

  /** A refused renewal may have met an earlier one of ours whose answer was lost; the next builds on that. */
  async #isStillOurs(): Promise<boolean> {
    const record = await this.#lock.read();
    if (record?.holder !== this.#options.identity) return false;
    this.#held = record;
    return true;
  }

  #mine(base: LeaseRecord | undefined, term: { acquiredAt: string; transitions: number }): LeaseRecord {
    const { identity, durationMs } = this.#options;
    return {
      version: base?.version,
      holder: identity,
      renewedAt: timestamp(),
      acquiredAt: term.acquiredAt,
      transitions: term.transitions,
      durationSeconds: Math.round(durationMs / 1000),
    };
  }
}

/** RFC 3339 with the six digits that a Lease's MicroTime needs. */
function timestamp(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
