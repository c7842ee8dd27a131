const ADDRESSES = 254 * 254;

/** Hands out Pod addresses from 10.244.0.0/16 in order, so that one is not soon seen on another Pod. */
export class PodNetwork {
  readonly #taken = new Set<string>();
  #last = 0;

  allocate(): string {
    for (let tries = 0; tries < ADDRESSES; tries += 1) {
      this.#last = (this.#last % ADDRESSES) + 1;
      const address = `10.244.${Math.floor(this.#last / 254)}.${(this.#last % 254) + 1}`;
      if (!this.#taken.has(address)) {
        this.#taken.add(address);
        return address;
      }
    }
    throw new Error('no Pod address left in 10.244.0.0/16');
  }

  release(address: string): void {
    this.#taken.delete(address);
  }
}
