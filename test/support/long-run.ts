/** Set by `npm run test:long`, which runs what `npm run test:system` only samples. */
const IS_LONG_RUN = process.env['CFTUNNEL_TEST_LONG'] === 'true';

/** Every other case, starting with the first. All of them in a long run. */
export function everyOther<T>(cases: readonly T[]): readonly T[] {
  return IS_LONG_RUN ? cases : cases.filter((_, index) => index % 2 === 0);
}

/** The number of runs of a property, four times as many in a long run. */
export function runs(count: number): { readonly numRuns: number } {
  return { numRuns: IS_LONG_RUN ? 4 * count : count };
}

/** How many requests an event is tried under. */
export const REQUESTS_UNDER_LOAD = IS_LONG_RUN ? 20_000 : 100;

/** How many clients there are; the defaults of a load in a long run. */
export const CLIENTS_UNDER_LOAD = IS_LONG_RUN ? {} : { requestClients: 3, webSocketClients: 2, downloadClients: 1 };

/** How many times something changes under load, where a count is promised. */
export const CHANGES_UNDER_LOAD = IS_LONG_RUN ? 50 : 2;
