import type { Sandbox } from 'cftunnel-sandbox/sandbox';
import type { Call } from 'cftunnel-sandbox/kubernetes/http/call-log';

/** How often the world is looked at. */
const POLL_MS = 20;

/** Says when the operator last asked for anything; its lease, which goes by the clock, is left out. */
export class Activity {
  readonly #sandbox: Sandbox;
  #cloudflareSeen = 0;
  #kubernetesSeen = 0;
  #lastAt = performance.now();

  /** To be made when the call logs have just been cleared. */
  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** When the last call was seen, on the clock of `performance`. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** Resolves when `isDone` holds and nothing has been asked for `quietMs`. */
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
    const hasNews = cloudflare.length > this.#cloudflareSeen || kubernetes.slice(this.#kubernetesSeen).some(isWork);
    this.#cloudflareSeen = cloudflare.length;
    this.#kubernetesSeen = kubernetes.length;
    if (hasNews) this.#lastAt = performance.now();
    return performance.now() - this.#lastAt >= quietMs;
  }
}

/** A watch that is renewed and a Secret that is read again are no work: they come by the clock. */
function isWork({ target }: Call): boolean {
  if (target === undefined || target.resource === 'leases') return false;
  return target.verb !== 'watch' && !(target.verb === 'get' && target.resource === 'secrets');
}
