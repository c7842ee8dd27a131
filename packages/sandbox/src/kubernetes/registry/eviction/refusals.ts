import { ApiError } from '../../status-error.ts';

/** How many Pods are healthy, and how many have to be. */
export interface Health {
  readonly currentHealthy?: number;
  readonly desiredHealthy?: number;
}

/** Seconds after which a client should try again while the controller has not seen the budget yet. */
const UNPROCESSED_RETRY_SECONDS = 10;

/** 429: the controller has not counted for the present spec of the budget. */
export function budgetUnprocessed(budget: string): ApiError {
  const message = `The disruption budget ${budget} is still being processed by the server.`;
  return tooManyRequests(message, UNPROCESSED_RETRY_SECONDS);
}

/** 429: no further Pod may go now. */
export function budgetExhausted(budget: string, { currentHealthy = 0, desiredHealthy = 0 }: Health): ApiError {
  const message =
    currentHealthy <= desiredHealthy
      ? `The disruption budget ${budget} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
      : `The disruption budget ${budget} does not allow evicting pods currently`;
  return tooManyRequests(message);
}

/** 500: which budget decides is not defined. */
export function severalBudgets(): ApiError {
  const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
  return new ApiError(500, '', message);
}

function tooManyRequests(message: string, retryAfterSeconds?: number): ApiError {
  return new ApiError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: 'DisruptionBudget', message }],
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}
