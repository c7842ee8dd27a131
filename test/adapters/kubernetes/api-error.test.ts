import { describe, expect, it } from '@jest/globals';
import { ApiError, asOperatorError } from '../../../src/adapters/kubernetes/api-error.ts';
import { ConflictError, OperatorError } from '../../../src/runtime/errors.ts';

describe('asOperatorError', () => {
  it.each([
    { code: 0, reason: 'KubernetesUnavailable', disposition: 'retry' },
    { code: 429, reason: 'KubernetesUnavailable', disposition: 'retry' },
    { code: 500, reason: 'KubernetesUnavailable', disposition: 'retry' },
    { code: 503, reason: 'KubernetesUnavailable', disposition: 'retry' },
    { code: 504, reason: 'KubernetesUnavailable', disposition: 'retry' },
    { code: 400, reason: 'InvalidSpec', disposition: 'stall' },
    { code: 422, reason: 'InvalidSpec', disposition: 'stall' },
    { code: 401, reason: 'KubernetesRefused', disposition: 'wait' },
    { code: 403, reason: 'KubernetesRefused', disposition: 'wait' },
    { code: 404, reason: 'KubernetesRefused', disposition: 'wait' },
    { code: 415, reason: 'KubernetesRefused', disposition: 'wait' },
  ])('maps $code to $reason ($disposition)', ({ code, reason, disposition }) => {
    const cause = new ApiError(code, 'SomeReason', 'the words of the server');

    const error = asOperatorError(cause, 'apply Deployment default/web');

    expect(error).toBeInstanceOf(OperatorError);
    expect(error).toMatchObject({
      reason,
      disposition,
      message: 'Cannot apply Deployment default/web: the words of the server',
      cause,
    });
  });

  it('maps 409 to a conflict', () => {
    const error = asOperatorError(new ApiError(409, 'Conflict', 'the object has been modified'), 'apply a thing');

    expect(error).toBeInstanceOf(ConflictError);
  });

  it('returns other errors unchanged', () => {
    const bug = new TypeError('undefined is not a function');

    expect(asOperatorError(bug, 'apply a thing')).toBe(bug);
  });
});
