import { expect, it } from '@jest/globals';
import { ConflictError, OperatorError, asFailure, bugIn } from '../../src/runtime/errors.ts';

it('carries what the queue and the user need to know', () => {
  const cause = new Error('socket hang up');

  const error = new OperatorError('RateLimited', 'retry', 'Too many calls', { cause, retryAfterMs: 1_000 });

  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'OperatorError',
    reason: 'RateLimited',
    disposition: 'retry',
    message: 'Too many calls',
    retryAfterMs: 1_000,
    cause,
  });
});

it('has no time to wait for unless the remote named one', () => {
  expect(new OperatorError('SecretNotFound', 'wait', 'No Secret').retryAfterMs).toBeUndefined();
});

it('says of a bug the same words every time, and finds its cause for the log', () => {
  const [known, cause] = [new OperatorError('RateLimited', 'retry', 'Too many calls', { cause: 1 }), new Error('bug')];

  expect(asFailure(known)).toBe(known);
  expect(asFailure(cause)).toMatchObject({
    reason: 'InternalError',
    disposition: 'retry',
    message: "An internal error, which is a bug: the operator's log has the details. Please report it",
  });
  expect(bugIn([known, asFailure(cause)])).toBe(cause);
  expect(bugIn([known])).toBeUndefined();
});

it('keeps a conflict apart from a failure', () => {
  const error = new ConflictError('the object has been modified');

  expect(error).toMatchObject({ name: 'ConflictError', message: 'the object has been modified' });
  expect(error).not.toBeInstanceOf(OperatorError);
});
