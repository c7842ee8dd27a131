import { expect } from '@jest/globals';
import { isRealApi } from 'cftunnel-sandbox/testing/is-real-api';

/** Ends the name of a scenario that needs pods behind an edge, or faults: it tells a reader that it was left out. */
export const NEEDS_SANDBOX = isRealApi ? ' (LEFT OUT: it needs the sandbox)' : '';

/** The body of such a scenario; against a real API server there is nothing to be asserted but that. */
export function inSandbox(body: () => Promise<void>): () => Promise<void> {
  return isRealApi ? async () => expect(isRealApi).toBe(true) : body;
}
