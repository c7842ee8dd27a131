/** What can happen to a call, besides being answered. */
export const FATES = ['killed-before', 'killed-after', 'lost-answer'] as const;

/**
 * `killed-before`: the operator dies as it makes the call, which never arrives. `killed-after`: the call is carried
 * out, and the operator dies before it hears of it. `lost-answer`: the same, but the operator lives on.
 */
export type Fate = (typeof FATES)[number];

export interface Point {
  /** The nth call since the counting began, where 1 is the first; or the first one whose words match. */
  readonly call: number | RegExp;
  readonly fate: Fate;
}

const ANY = /^/;

/** Counts the calls that go through the gates of one operator, and decides what becomes of one of them. */
export class Fates {
  /** Resolves when the operator has been killed: nothing it sends arrives any more. */
  readonly killed: Promise<void>;
  readonly kill: () => void;
  /** The calls since the counting began, in words. */
  readonly calls: string[] = [];
  #point: Point | undefined;
  #counted = ANY;
  #hasStruck = false;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.killed = promise;
    this.kill = resolve;
  }

  get hasStruck(): boolean {
    return this.#hasStruck;
  }

  /** Begins to count the calls that match, and strikes at the point, if one is given. */
  arm(point?: Point, counted = ANY): void {
    this.calls.length = 0;
    this.#point = point;
    this.#counted = counted;
  }

  /** Takes note of a call; `undefined`: it goes through. */
  ofNext(call: string): Fate | undefined {
    if (!this.#counted.test(call)) return undefined;
    this.calls.push(call);
    if (this.#point === undefined || this.#hasStruck || !this.#isAt(this.#point, call)) return undefined;
    this.#hasStruck = true;
    return this.#point.fate;
  }

  #isAt(point: Point, call: string): boolean {
    return point.call instanceof RegExp ? point.call.test(call) : point.call === this.calls.length;
  }
}
