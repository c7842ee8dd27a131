import { inspect } from 'node:util';
import type { OperatorError } from '../../src/runtime/errors.ts';
import type { EndedPass, PassObserver } from '../../src/runtime/controller.ts';

/** What an operator in this process has said of its passes, as its log would. */
export class Heard implements PassObserver {
  readonly bugs: string[] = [];
  readonly failures: OperatorError[] = [];

  ended({ failures, unexpected }: EndedPass): void {
    this.failures.push(...failures);
    if (unexpected !== undefined) this.bugs.push(`bug: ${inspect(unexpected)}`);
  }
}
