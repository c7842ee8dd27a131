import { describe, expect, it } from '@jest/globals';
import { FaultList } from '../src/faults.ts';

const effect = 'lock';
const hits = (faults: FaultList<string>, requests: number) =>
  Array.from({ length: requests }, () => faults.effectFor('GET', '/zones') !== undefined);

function drawn(seed: number): boolean[] {
  const faults = new FaultList<string>();
  faults.seed(seed);
  faults.add({ probability: 0.5, effect });
  return hits(faults, 200);
}

describe('the selection of requests', () => {
  it.each([
    { case: 'every request', rule: {}, expected: [true, true, true, true] },
    { case: 'a limited number of times', rule: { times: 2 }, expected: [true, true, false, false] },
    { case: 'from the nth on', rule: { fromNth: 3 }, expected: [false, false, true, true] },
    { case: 'only the nth', rule: { fromNth: 2, times: 1 }, expected: [false, true, false, false] },
    { case: 'another method', rule: { method: 'POST' }, expected: [false, false, false, false] },
    { case: 'another path', rule: { path: /accounts/ }, expected: [false, false, false, false] },
  ])('$case', ({ rule, expected }) => {
    const faults = new FaultList<string>();
    faults.add({ ...rule, effect });

    expect(hits(faults, 4)).toEqual(expected);
  });

  it('by probability is the same for the same seed', () => {
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(7)).not.toEqual(drawn(8));
    expect(drawn(7).filter(Boolean).length).toBeGreaterThan(60);
    expect(drawn(7).filter(Boolean).length).toBeLessThan(140);
  });

  it('ends with remove and clear', () => {
    const faults = new FaultList<string>();
    const fault = faults.add({ effect });
    faults.add({ effect: 'drop' });

    fault.remove();
    expect(faults.effectFor('GET', '/zones')).toBe('drop');
    faults.clear();
    expect(faults.effectFor('GET', '/zones')).toBeUndefined();
  });

  it('is counted by effect, including removed rules', () => {
    const faults = new FaultList<string>();
    faults.add({ effect, times: 2 });
    faults.add({ effect: 'drop' });

    hits(faults, 3);
    faults.clear();

    expect(Object.fromEntries(faults.hits)).toEqual({ lock: 2, drop: 1 });
  });
});
