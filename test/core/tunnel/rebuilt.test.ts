import { expect, it } from '@jest/globals';
import { type RebuildEvidence, rebuildProblem } from '../../../src/core/tunnel/rebuilt.ts';

const ID = '11111111-2222-3333-4444-555555555555';
const TARGET = `${ID}.cfargotunnel.com`;
const PROOF: RebuildEvidence = { tunnelId: ID, isNameGenerated: true, targets: [TARGET, TARGET], connectors: 0 };
const CHOSEN = 'its name is the one in spec.tunnelName, which anybody may have used';
const UNMARKED = 'no DNS record carries the mark of this Tunnel and leads to it';
const ELSEWHERE = 'DNS records with the mark of this Tunnel lead elsewhere';

it('a tunnel to which all marked records lead, and that nobody uses, is the one of before', () => {
  expect(rebuildProblem(PROOF)).toBeUndefined();
});

it.each<{ evidence: Partial<RebuildEvidence>; problem: string }>([
  { evidence: { isNameGenerated: false }, problem: CHOSEN },
  { evidence: { targets: [] }, problem: UNMARKED },
  { evidence: { targets: [TARGET, 'other.cfargotunnel.com'] }, problem: ELSEWHERE },
  { evidence: { tunnelId: 'other' }, problem: ELSEWHERE },
  { evidence: { connectors: undefined }, problem: 'it is unknown whether connectors use it' },
  { evidence: { connectors: 1 }, problem: 'connectors are connected to it: stop them, and it is taken over' },
])('another tunnel may not be: $problem', ({ evidence, problem }) => {
  expect(rebuildProblem({ ...PROOF, ...evidence })).toBe(problem);
});
