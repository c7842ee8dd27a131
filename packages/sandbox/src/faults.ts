import { randomFrom } from './random.ts';

/** Which requests go wrong, and how. */
export interface FaultRule<Effect> {
  /** Any method when absent. */
  readonly method?: string;
  /** Matched against the path as the server sees it. Undefined matches any. */
  readonly path?: RegExp;
  /** Only from the nth matching request on (1 = the first). */
  readonly fromNth?: number;
  /** At most this often. */
  readonly times?: number;
  /** Only this share of them (0..1), drawn from a seeded generator. */
  readonly probability?: number;
  readonly effect: Effect;
}

/** Handle of an added fault. */
export interface Fault {
  /** How often it has fired. */
  fired(): number;
  remove(): void;
}

interface ArmedFault<Effect> {
  readonly rule: FaultRule<Effect>;
  seen: number;
  fired: number;
}

/** The list of things that go wrong on purpose; the first rule that applies wins. */
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

  /** Restarts the generator behind `probability`, so that a run can be repeated. */
  seed(seed: number): void {
    this.#random = randomFrom(seed);
  }

  clear(): void {
    this.#armed = [];
  }

  /** How often each effect has hits, those of ended rules too. */
  get hits(): ReadonlyMap<Effect, number> {
    return this.#hits;
  }

  /** What happens to this request, if anything; counts it. */
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
