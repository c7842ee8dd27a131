/** A failure is retried on fresh answers, so that it heals by itself, and a request of a user is answered with them. */
export const FRESH_MAX_AGE_MS = 1_000;
