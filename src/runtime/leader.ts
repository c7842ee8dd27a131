import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError } from './errors.ts';

/** The content of the Lease. */
export interface LeaseRecord {
  /** A write fails if the Lease has another version. Absent if the Lease does not exist. */
  readonly version: string | undefined;
  /** Empty: released. */
  readonly holder: string;
  /** RFC 3339 with microseconds. Only compared for equality, never with our clock. */
  readonly renewedAt: string;
  readonly acquiredAt: string;
  readonly transitions: number;
  readonly durationSeconds: number;
}

export interface LeaseLock {
  read(): Promise<LeaseRecord | undefined>;
  /** `undefined`: another replica wrote first. */
  write(record: LeaseRecord): Promise<LeaseRecord | undefined>;
}

export interface LeaderOptions {
  readonly identity: string;
  /** How long a Lease is valid without a renewal. */
  readonly durationMs: number;
  readonly renewEveryMs: number;
  readonly onFailure: (error: unknown) => void;
  /** The Lease was read or written. */
  readonly onSuccess?: () => void;
}

/**
 * Leader election on a Lease.
 *
 * Guarantees
 * - Clocks of different machines are never compared. A holder counts as dead when its Lease has not changed for a whole
 *   lease duration on our own monotonic clock.
 * - A leader that cannot renew steps down before another replica may take over, even if its process or machine was
 *   suspended meanwhile. It renews nothing after that.
 */
export class LeaderElection {
  readonly #lock: LeaseLock;
  readonly #options: LeaderOptions;
  readonly #stop = new AbortController();
  #held: LeaseRecord | undefined;
  /** On the monotonic clock. */
  #renewedAt = 0;
  /** On the wall clock, which goes on while the machine is suspended. */
  #renewedAtWallTime = 0;
  /** Our last write; absent before the first. */
  #writing: Promise<unknown> | undefined;
  #seen: { readonly record: LeaseRecord; readonly at: number } | undefined;

  constructor(lock: LeaseLock, options: LeaderOptions) {
    this.#lock = lock;
    this.#options = options;
  }

  /** Compares the clocks at every call, because the process may have been suspended. */
  get isLeader(): boolean {
    return this.#held !== undefined && this.#leftMs() > 0 && !this.#mayHaveBeenSuspended();
  }

  /** Call before every write. Throws if another replica may lead. */
  assertLeading(): void {
    if (!this.isLeader) throw new ConflictError('another replica may lead by now');
  }

  /** Resolves when this process is the leader; rejects after `release`. */
  async acquire(): Promise<void> {
    while (!(await this.#attempt())) {
      await delay(this.#nextAttemptMs(), undefined, { signal: this.#stop.signal });
    }
  }

  /** Renews the Lease. Resolves when it is lost, or after `release`. A renewal that hangs counts as failed. */
  async keep(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted && this.#leftMs() > 0) {
      await delay(Math.min(this.#options.renewEveryMs, this.#leftMs()), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      if ((await this.#renewInTime()) === 'lost') break;
    }
    this.#held = undefined;
  }

  /** Ends the election and releases the Lease, so that the next leader does not have to wait until it expires. */
  async release(): Promise<void> {
    this.#stop.abort();
    await this.#writing?.catch(() => undefined);
    this.#held = undefined;
    if (this.#writing !== undefined) await this.#releaseLease().catch(this.#options.onFailure);
  }

  /** Reads the Lease first, because the answer to our last write may have been lost. */
  async #releaseLease(): Promise<void> {
    const record = await this.#lock.read();
    if (record?.holder === this.#options.identity)
      await this.#lock.write({ ...record, holder: '', durationSeconds: 1 });
  }

  /** Milliseconds until this process must step down, well before another replica may take over. */
  #leftMs(): number {
    return Math.max(0, this.#renewedAt + this.#termMs - performance.now());
  }

  /** A wall clock that was set forward looks the same: nothing is written then until the next renewal. */
  #mayHaveBeenSuspended(): boolean {
    return Date.now() - this.#renewedAtWallTime > this.#termMs;
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

  /** The term starts when the write is sent, not when it is answered. */
  async #write(record: LeaseRecord): Promise<boolean> {
    const [sentAt, sentAtWallTime] = [performance.now(), Date.now()];
    const writing = this.#lock.write(record).then((written) => {
      if (written === undefined) return false;
      this.#held = written;
      this.#renewedAt = sentAt;
      this.#renewedAtWallTime = sentAtWallTime;
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

  /** At the latest when a silent holder counts as dead. */
  #nextAttemptMs(): number {
    const jitteredMs = this.#options.renewEveryMs * (0.8 + Math.random() * 0.4);
    const untilFreeMs = this.#untilFreeMs();
    return untilFreeMs > 0 ? Math.min(jitteredMs, untilFreeMs) : jitteredMs;
  }

  /** Milliseconds until the current holder counts as dead. */
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

  /** A renewal may conflict with an earlier one of ours whose answer was lost. The next one continues from that. */
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

/** RFC 3339 with six digits, as a Lease's MicroTime requires. */
function timestamp(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
