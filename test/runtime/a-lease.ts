import type { LeaseLock, LeaseRecord } from '../../src/runtime/leader.ts';

/** How the API answers one of the replicas. */
export type Fault = 'works' | 'fails' | 'hangs' | 'loses the answer';

/** A Lease in memory, with the optimistic lock of a real one. */
export interface TestLease {
  readonly record: LeaseRecord | undefined;
  /** Overwrites it, as another holder would. */
  put(record: Partial<LeaseRecord>): void;
  /** The lock of one replica. A call that hangs fails after six seconds, like that of the real lock. */
  lock(fault?: () => Fault): LeaseLock;
  /** The holder in each successful write, in order. */
  readonly writers: readonly string[];
}

const HANG_MS = 6_000;

const NOBODY: LeaseRecord = {
  version: '0',
  holder: '',
  renewedAt: '',
  acquiredAt: '',
  transitions: 0,
  durationSeconds: 15,
};

export function aLease(initial?: Partial<LeaseRecord>): TestLease {
  let version = 1;
  let stored: LeaseRecord | undefined = initial === undefined ? undefined : { ...NOBODY, ...initial, version: '1' };
  const writers: string[] = [];
  const store = (record: LeaseRecord): LeaseRecord => {
    version += 1;
    stored = { ...record, version: String(version) };
    return stored;
  };
  return {
    get record() {
      return stored;
    },
    put: (record) => void store({ ...NOBODY, ...stored, ...record }),
    lock: (fault = () => 'works') => ({
      read: () => through(fault(), () => stored),
      write: (record) =>
        through(fault(), () => {
          if (record.version !== stored?.version) return undefined;
          writers.push(record.holder);
          return store(record);
        }),
    }),
    writers,
  };
}

async function through<T>(fault: Fault, call: () => T): Promise<T> {
  if (fault === 'hangs') await new Promise((resolve) => setTimeout(resolve, HANG_MS));
  if (fault === 'hangs' || fault === 'fails') throw new Error('no answer from the Kubernetes API');
  const result = call();
  if (fault === 'loses the answer') throw new Error('socket hang up');
  return result;
}
