/** The faults that a call can have. */
export const CALL_FAULTS = ['killed-before', 'killed-after', 'lost-answer'] as const;

/**
 * `killed-before`: the operator is killed when it makes the call, which never arrives. `killed-after`: the call
 * succeeds, and the operator is killed before it gets the response. `lost-answer`: the call succeeds, and its response
 * is lost.
 */
export type CallFault = (typeof CALL_FAULTS)[number];

export interface Point {
  /** The nth counted call, where 1 is the first; or the first call whose description matches. */
  readonly call: number | RegExp;
  readonly fault: CallFault;
}

const ANY = /^/;

/** Counts the calls through the proxies of one operator, and injects a fault into one of them. */
export class FaultInjector {
  /** Resolves when the operator is killed: nothing that it sends arrives any more. */
  readonly killed: Promise<void>;
  readonly kill: () => void;
  /** Descriptions of the counted calls. */
  readonly calls: string[] = [];
  #point: Point | undefined;
  #counted = ANY;
  #wasInjected = false;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.killed = promise;
    this.kill = resolve;
  }

  get wasInjected(): boolean {
    return this.#wasInjected;
  }

  /** Starts counting the calls that match, and injects the fault at the point, if one is given. */
  arm(point?: Point, counted = ANY): void {
    this.calls.length = 0;
    this.#point = point;
    this.#counted = counted;
  }

  /** Counts a call, and returns its fault. Undefined: it is forwarded. */
  next(call: string): CallFault | undefined {
    if (!this.#counted.test(call)) return undefined;
    this.calls.push(call);
    if (this.#point === undefined || this.#wasInjected || !this.#isAt(this.#point, call)) return undefined;
    this.#wasInjected = true;
    return this.#point.fault;
  }

  #isAt(point: Point, call: string): boolean {
    return point.call instanceof RegExp ? point.call.test(call) : point.call === this.calls.length;
  }
}
