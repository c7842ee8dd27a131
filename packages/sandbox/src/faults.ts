import { randomFrom } from './random.ts';

/** Selects the requests that fail, and how they fail. */
export interface FaultRule<Effect> {
  /** Default: any method. */
  readonly method?: string;
  /** Tested against the path as the server sees it. Default: any path. */
  readonly path?: RegExp;
  /** The first matching request that fails (1 = the first). Default: 1. */
  readonly fromNth?: number;
  /** The maximum number of requests that fail. */
  readonly times?: number;
  /** The share (0..1) of requests that fail, drawn from a seeded generator. */
  readonly probability?: number;
  readonly effect: Effect;
}

/** A handle of an added fault. */
export interface Fault {
  /** How often the fault was injected. */
  fired(): number;
  remove(): void;
}

interface ArmedFault<Effect> {
  readonly rule: FaultRule<Effect>;
  seen: number;
  fired: number;
}

/** The active fault rules. The first one that matches a request applies. */
export class FaultList<Effect> {
  #armed: ArmedFault<Effect>[] = [];
  readonly #hits = new Map<Effect, number>();
  #random = randomFrom(1);

  add(rule: FaultRule<Effect>): Fault {
    const fault: ArmedFault<Effect> = { rule, seen: 0, fired: 0 };
    this.#armed.push(fault);
    return {
      fired: () => fault.fired,
      remove: () => {
        this.#armed = this.#armed.filter((other) => other !== fault);
      },
    };
  }

  /** Resets the generator behind `probability`, so that a run can be repeated. */
  seed(seed: number): void {
    this.#random = randomFrom(seed);
  }

  clear(): void {
    this.#armed = [];
  }

  /** How often each effect was injected, including those of removed rules. */
  get hits(): ReadonlyMap<Effect, number> {
    return this.#hits;
  }

  /** Returns the effect of the first matching rule, and counts it. */
  effectFor(method: string, address: string): Effect | undefined {
    const rule = this.#armed.find((fault) => this.#fires(fault, method, address))?.rule;
    if (rule !== undefined) this.#hits.set(rule.effect, (this.#hits.get(rule.effect) ?? 0) + 1);
    return rule?.effect;
  }

  #fires(fault: ArmedFault<Effect>, method: string, address: string): boolean {
    const { rule } = fault;
    if (rule.method !== undefined && rule.method !== method) return false;
    if (rule.path !== undefined && !rule.path.test(address)) return false;
    fault.seen += 1;
    if (fault.seen < (rule.fromNth ?? 1) || fault.fired >= (rule.times ?? Infinity)) return false;
    if (rule.probability !== undefined && this.#random() >= rule.probability) return false;
    fault.fired += 1;
    return true;
  }
}
