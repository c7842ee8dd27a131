import { inspect } from 'node:util';
import type { OperatorError } from '../../src/runtime/errors.ts';
import type { PassObserver } from '../../src/runtime/controller.ts';

/** What an operator in this process has said of its passes, as its log would. */
export class Heard implements PassObserver {
  readonly bugs: string[] = [];
  readonly failures: OperatorError[] = [];

  ended(_controller: string, _key: string, _seconds: number, failures: readonly OperatorError[], bug?: unknown): void {
    this.failures.push(...failures);
    if (bug !== undefined) this.bugs.push(`bug: ${inspect(bug)}`);
  }
}
