import { describe, expect } from '@jest/globals';
import { isRealApi } from 'cftunnel-sandbox/testing/is-real-api';
import { controllersFolder } from './controllers-folder.ts';

/**
 * The end of the name of a scenario that needs pods behind an edge, or faults. It shows that the scenario was skipped.
 */
export const NEEDS_SANDBOX = isRealApi ? ' (LEFT OUT: it needs the sandbox)' : '';

/** The body of such a scenario. Does nothing with a real API server. */
export function inSandbox(body: () => Promise<void>): () => Promise<void> {
  return isRealApi ? async () => expect(isRealApi).toBe(true) : body;
}

const hasNode = !isRealApi || controllersFolder !== undefined;

/** Ends the name of a scenario that needs pods, and no more of the sandbox than its node and edge. */
export const NEEDS_NODE = hasNode ? '' : ' (LEFT OUT: it needs kube-controller-manager)';

/** The body of such a scenario. */
export function onNode(body: () => Promise<void>): () => Promise<void> {
  return hasNode ? body : async () => expect(hasNode).toBe(false);
}

/** Groups such scenarios. Jest lists them as skipped without kube-controller-manager. */
export const describeOnNode = hasNode ? describe : describe.skip;
