import { expect, it } from '@jest/globals';
import { foreignAmong } from '../../../src/core/tunnel/foreign.ts';

it.each([
  { connected: [], replicas: 2, foreign: 0 },
  { connected: ['a', 'b'], replicas: 2, foreign: 0 },
  { connected: ['a', 'b', 'c'], replicas: 2, foreign: 1 },
  { connected: ['a'], replicas: 0, foreign: 1 },
])(
  'counts $foreign foreign connectors of $connected on a tunnel with $replicas pods',
  ({ connected, replicas, foreign }) => {
    expect(foreignAmong(connected, { kind: 'complete', replicas, ready: replicas })).toBe(foreign);
  },
);
