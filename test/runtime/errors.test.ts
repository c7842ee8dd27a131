import { expect, it } from '@jest/globals';
import { OperatorError, asFailure, bugIn } from '../../src/runtime/errors.ts';

it('reports a bug with the same message every time, and keeps its cause for the log', () => {
  const known = new OperatorError('RateLimited', 'retry', 'Too many calls', { cause: 1 });
  const cause = new Error('bug');

  expect(asFailure(known)).toBe(known);
  expect(asFailure(cause)).toMatchObject({
    reason: 'InternalError',
    disposition: 'retry',
    message: "An internal error, which is a bug: the operator's log has the details. Please report it",
  });
  expect(bugIn([known, asFailure(cause)])).toBe(cause);
  expect(bugIn([known])).toBeUndefined();
});
