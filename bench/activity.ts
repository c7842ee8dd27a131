import type { Sandbox } from 'cftunnel-sandbox/sandbox';
import type { Call } from 'cftunnel-sandbox/kubernetes/http/call-log';

/** The interval between two polls of the world. */
const POLL_MS = 20;

/** Reports when the operator made its last request. The Lease is excluded, because it is renewed periodically. */
export class Activity {
  readonly #sandbox: Sandbox;
  #cloudflareSeen = 0;
  #kubernetesSeen = 0;
  #lastAt = performance.now();

  /** Must be created right after the call logs were cleared. */
  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** The time of the last call, on the clock of `performance`. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** Resolves when `isDone` holds and no request was made for `quietMs`. */
  async untilRest(isDone: () => boolean, quietMs: number, deadlineMs: number): Promise<void> {
    const deadline = performance.now() + deadlineMs;
    while (!this.#isQuietFor(quietMs) || !isDone()) {
      if (performance.now() > deadline) throw new Error(`not at rest within ${deadlineMs / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  #isQuietFor(quietMs: number): boolean {
    const cloudflare = this.#sandbox.cloudflare.calls.entries;
    const kubernetes = this.#sandbox.kubernetes.calls.entries;
    const hasChanges = cloudflare.length > this.#cloudflareSeen || kubernetes.slice(this.#kubernetesSeen).some(isWork);
    this.#cloudflareSeen = cloudflare.length;
    this.#kubernetesSeen = kubernetes.length;
    if (hasChanges) this.#lastAt = performance.now();
    return performance.now() - this.#lastAt >= quietMs;
  }
}

/** Renewed watches and Secret polls are periodic, so they do not count as work. */
function isWork({ target }: Call): boolean {
  if (target === undefined || target.resource === 'leases') return false;
  return target.verb !== 'watch' && !(target.verb === 'get' && target.resource === 'secrets');
}
