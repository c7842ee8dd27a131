import { randomFrom } from '../../random.ts';
import type { ErrorItem } from './api-error.ts';

/** What goes wrong. */
export type FaultEffect =
  /** Answers without running the request. `body` is sent as JSON. */
  | { readonly kind: 'reply'; readonly status: number; readonly body?: unknown; readonly headers?: HeaderMap }
  /** Answers without running the request, with the HTML page of a broken proxy. */
  | { readonly kind: 'html'; readonly status: number }
  /** Closes the connection without running the request. */
  | { readonly kind: 'drop-before' }
  /** Runs the request, then closes the connection without an answer. */
  | { readonly kind: 'drop-after' }
  /** Runs the request and answers late: after a time, or when `until` resolves. */
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** Runs the request, sends headers and half of the body, and then nothing more. */
  | { readonly kind: 'stall-body' }
  /** Runs the request and sends half of its JSON as if it were all. */
  | { readonly kind: 'truncate' }
  /** Answers 200 with `success: false` without running the request. */
  | { readonly kind: 'unsuccessful'; readonly errors: readonly ErrorItem[] }
  /** Answers 409 as if another request held a lock, without running the request. */
  | { readonly kind: 'lock' }
  /** Lists show the state of `lagMs` ago. */
  | { readonly kind: 'stale-reads'; readonly lagMs: number };

type HeaderMap = Readonly<Record<string, string>>;

/** Which requests go wrong, and how. */
export interface FaultRule {
  readonly method?: string;
  /** Tested on the path without `/client/v4` and without the query. */
  readonly path?: RegExp;
  /** Only from the nth matching request on (1 = the first). */
  readonly fromNth?: number;
  /** At most this often. */
  readonly times?: number;
  /** Only this share of them (0..1), drawn from a seeded generator. */
  readonly probability?: number;
  readonly effect: FaultEffect;
}

interface ArmedFault {
  readonly rule: FaultRule;
  seen: number;
  fired: number;
}

/** Handle of an added fault. */
export interface Fault {
  /** How often it has fired. */
  fired(): number;
  remove(): void;
}

/** The list of things that go wrong on purpose; the first rule that applies wins. */
export class Faults {
  #armed: ArmedFault[] = [];
  #random = randomFrom(1);

  add(rule: FaultRule): Fault {
    const fault: ArmedFault = { rule, seen: 0, fired: 0 };
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

  /** What happens to this request, if anything. */
  effectFor(method: string, path: string): FaultEffect | undefined {
    return this.#armed.find((fault) => this.#fires(fault, method, path))?.rule.effect;
  }

  #fires(fault: ArmedFault, method: string, path: string): boolean {
    const { rule } = fault;
    if (rule.method !== undefined && rule.method !== method) return false;
    if (rule.path !== undefined && !rule.path.test(path)) return false;
    fault.seen += 1;
    if (fault.seen < (rule.fromNth ?? 1) || fault.fired >= (rule.times ?? Infinity)) return false;
    if (rule.probability !== undefined && this.#random() >= rule.probability) return false;
    fault.fired += 1;
    return true;
  }
}
