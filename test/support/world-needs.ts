import { expect } from '@jest/globals';
import { isRealApi } from 'cftunnel-sandbox/testing/is-real-api';

/**
 * The end of the name of a scenario that needs pods behind an edge, or faults. It shows that the scenario was skipped.
 */
export const NEEDS_SANDBOX = isRealApi ? ' (LEFT OUT: it needs the sandbox)' : '';

/** The body of such a scenario. Does nothing with a real API server. */
export function inSandbox(body: () => Promise<void>): () => Promise<void> {
  return isRealApi ? async () => expect(isRealApi).toBe(true) : body;
}
