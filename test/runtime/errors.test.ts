import { expect, it } from '@jest/globals';
import { ConflictError, OperatorError } from '../../src/runtime/errors.ts';

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

it('keeps a conflict apart from a failure', () => {
  const error = new ConflictError('the object has been modified');

  expect(error).toMatchObject({ name: 'ConflictError', message: 'the object has been modified' });
  expect(error).not.toBeInstanceOf(OperatorError);
});
