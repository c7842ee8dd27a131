import { describe, expect, it } from '@jest/globals';
import { PEERS, type Peer } from '../../bench/peers.ts';
import type { PhaseName } from '../../bench/phases.ts';

function peer(name: string): Peer {
  const found = PEERS.find((one) => one.name.startsWith(name));
  if (found === undefined) throw new Error(`no peer is called ${name}`);
  return found;
}

describe('the cost of a peer', () => {
  it.each<[string, PhaseName, number, number, number]>([
    ['adyanth', 'cold start', 50, 1, 403],
    ['adyanth', 'restart', 50, 1, 200],
    ['adyanth', 'mass delete', 50, 1, 200],
    ['matheuscscp', 'restart', 50, 1, 256],
    ['STRRL', 'one change', 50, 1, 105],
  ])('%s, %s, %d hostnames in %d zone: %d calls', (name, phase, hostnames, zones, calls) => {
    expect(peer(name).calls[phase]?.(hostnames, zones)).toBe(calls);
  });

  it('counts as measured only with a figure', () => {
    for (const { calls, measured } of PEERS)
      expect(Object.keys(calls)).toEqual(expect.arrayContaining(Object.keys(measured)));
  });
});
