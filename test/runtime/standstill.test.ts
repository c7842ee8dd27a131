import { beforeEach, expect, it } from '@jest/globals';
import { Standstill } from '../../src/runtime/standstill.ts';

let now: number;
let standstill: Standstill;

beforeEach(() => {
  now = 1_000;
  standstill = new Standstill({ now: () => now });
});

it('counts from the first look at a state', () => {
  expect(standstill.look('a', 'one')).toEqual({ stillMs: 0, hasAdvanced: false });
  now += 700;

  expect(standstill.look('a', 'one')).toEqual({ stillMs: 700, hasAdvanced: false });
  expect(standstill.stillMs('a')).toBe(700);
});

it('counts anew with every other state, and remembers that there was one', () => {
  standstill.look('a', 'one');
  now += 700;

  expect(standstill.look('a', 'two')).toEqual({ stillMs: 0, hasAdvanced: true });
  now += 300;
  expect(standstill.look('a', 'two')).toEqual({ stillMs: 300, hasAdvanced: true });
});

it('keeps a time for each key, and forgets one that is done', () => {
  standstill.look('a', 'one');
  now += 700;

  expect(standstill.stillMs('b')).toBe(0);
  standstill.done('a');
  expect(standstill.look('a', 'two')).toEqual({ stillMs: 0, hasAdvanced: false });
});
