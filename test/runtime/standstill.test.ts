import { beforeEach, expect, it } from '@jest/globals';
import { Standstill } from '../../src/runtime/standstill.ts';

let now: number;
let standstill: Standstill;

beforeEach(() => {
  now = 1_000;
  standstill = new Standstill({ now: () => now });
});

it('counts from the first observation of a state', () => {
  expect(standstill.observe('a', 'one')).toEqual({ unchangedMs: 0, hasAdvanced: false });
  now += 700;

  expect(standstill.observe('a', 'one')).toEqual({ unchangedMs: 700, hasAdvanced: false });
  expect(standstill.unchangedMs('a')).toBe(700);
});

it('starts again with another state, and remembers that there was one', () => {
  standstill.observe('a', 'one');
  now += 700;

  expect(standstill.observe('a', 'two')).toEqual({ unchangedMs: 0, hasAdvanced: true });
  now += 300;
  expect(standstill.observe('a', 'two')).toEqual({ unchangedMs: 300, hasAdvanced: true });
});

it('keeps a time for each key, until it ends', () => {
  standstill.observe('a', 'one');
  now += 700;

  expect(standstill.unchangedMs('b')).toBe(0);
  standstill.end('a');
  expect(standstill.observe('a', 'two')).toEqual({ unchangedMs: 0, hasAdvanced: false });
});
