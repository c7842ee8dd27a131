import { randomInt } from 'node:crypto';

const ADDRESSES = 254 * 254;

export interface PodAddress {
  /** From 10.244.0.0/16, as the cluster sees it. Nothing listens on it. */
  readonly ip: string;
  /** From 127.0.0.0/8, where a program can listen. Systems other than Linux have only 127.0.0.1. */
  readonly loopback: string;
}

/** Allocates Pod addresses in sequence, so that an address is not soon reused. */
export class PodNetwork {
  readonly #taken = new Set<string>();
  /** A random prefix, because several sandboxes can run on one machine. */
  readonly #prefix = `127.${randomInt(16, 255)}`;
  readonly #offset = randomInt(0, 256);
  #last = 0;

  allocate(): PodAddress {
    for (let tries = 0; tries < ADDRESSES; tries += 1) {
      this.#last = (this.#last % ADDRESSES) + 1;
      const address = this.#address(Math.floor(this.#last / 254), (this.#last % 254) + 1);
      if (!this.#taken.has(address.ip)) {
        this.#taken.add(address.ip);
        return address;
      }
    }
    throw new Error('no Pod address left in 10.244.0.0/16');
  }

  release(ip: string): void {
    this.#taken.delete(ip);
  }

  #address(third: number, fourth: number): PodAddress {
    return {
      ip: `10.244.${third}.${fourth}`,
      loopback: `${this.#prefix}.${(third + this.#offset) % 256}.${fourth}`,
    };
  }
}
