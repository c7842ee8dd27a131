/** When a request is sent again, to another pod. */
import { type JsonObject, milliseconds, typed } from './envoy-json.ts';
import type { ProxiedRoute } from './proxied-route.ts';

/** Failures before a pod has got the request. Sending it again can do no harm. */
const HARMLESS = ['connect-failure', 'refused-stream', 'reset-before-request'];
/**
 * With growing pauses these last about three seconds, which is longer than Envoy needs to hear of new pods when all
 * those that it knows have gone at once.
 */
const ATTEMPTS = 10;
const PAUSES_MS = { first: 25, longest: 1000 };
/**
 * How often another pod is chosen until it is one that was not tried yet. A pod that has just gone has the fewest
 * requests, so the balancer prefers it to the one that is left.
 */
const SELECTIONS = 50;

const ANOTHER_POD: JsonObject = {
  retry_host_predicate: [
    {
      name: 'envoy.retry_host_predicates.previous_hosts',
      typed_config: typed('extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate'),
    },
  ],
  host_selection_retry_max_attempts: SELECTIONS,
};

/** For every route that says nothing else. */
export const DEFAULT_RETRY: JsonObject = {
  retry_on: HARMLESS.join(','),
  num_retries: ATTEMPTS,
  retry_back_off: backOff(PAUSES_MS.first, PAUSES_MS.longest),
  ...ANOTHER_POD,
};

/** What a route says of retries and single attempts; `undefined` if nothing. */
export function retryOf({ retry, timeouts }: ProxiedRoute): JsonObject | undefined {
  const attemptMs = timeouts?.attemptMs ?? 0;
  if (retry === undefined && attemptMs === 0) return undefined;
  const { attempts = 0, codes = [], backoffMs } = retry ?? {};
  const isCoded = attempts > 0 && codes.length > 0;
  return {
    ...DEFAULT_RETRY,
    ...(isCoded ? { retry_on: [...HARMLESS, 'retriable-status-codes'].join(','), retriable_status_codes: codes } : {}),
    ...(attempts > 0 ? { num_retries: attempts } : {}),
    ...(attemptMs === 0 ? {} : { per_try_timeout: milliseconds(attemptMs) }),
    ...(backoffMs === undefined || backoffMs === 0 ? {} : { retry_back_off: backOff(backoffMs, 10 * backoffMs) }),
  };
}

function backOff(first: number, longest: number): JsonObject {
  return { base_interval: milliseconds(first), max_interval: milliseconds(longest) };
}

const RETRY_ON = 'x-envoy-retry-on';

/** A request that changes nothing is sent again even if a pod may have got it, unless it has already answered. */
export const RETRY_SAFE_METHODS: JsonObject = {
  header: { key: RETRY_ON, value: "%CEL(request.method in ['GET', 'HEAD', 'OPTIONS'] ? 'reset' : '')%" },
};

/** For Envoy, an attempt that takes too long is one without an answer, and the visitor is to hear of it. */
export function exceptFrom({ timeouts }: ProxiedRoute): readonly string[] {
  return (timeouts?.attemptMs ?? 0) === 0 ? [] : [RETRY_ON];
}
