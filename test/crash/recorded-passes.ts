import { inspect } from 'node:util';
import type { OperatorError } from '../../src/runtime/errors.ts';
import type { EndedPass, PassObserver } from '../../src/runtime/controller.ts';

/** Records the failures and bugs of passes that an operator in this process reports. */
export class RecordedPasses implements PassObserver {
  readonly bugs: string[] = [];
  readonly failures: OperatorError[] = [];

  ended({ failures, unexpected }: EndedPass): void {
    this.failures.push(...failures);
    if (unexpected !== undefined) this.bugs.push(`bug: ${inspect(unexpected)}`);
  }
}
