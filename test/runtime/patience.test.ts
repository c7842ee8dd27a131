import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Patience } from '../../src/runtime/patience.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

it('counts from the first question', () => {
  const patience = new Patience();

  expect(patience.waitedMs('a')).toBe(0);
  jest.advanceTimersByTime(700);
  expect(patience.waitedMs('a')).toBe(700);
  jest.advanceTimersByTime(300);

  expect(patience.waitedMs('a')).toBe(1_000);
});

it('keeps a time for each key', () => {
  const patience = new Patience();

  patience.waitedMs('a');
  jest.advanceTimersByTime(500);

  expect(patience.waitedMs('b')).toBe(0);
  expect(patience.waitedMs('a')).toBe(500);
});

it('counts anew after the wait was over', () => {
  const patience = new Patience();

  patience.waitedMs('a');
  jest.advanceTimersByTime(500);
  patience.done('a');

  expect(patience.waitedMs('a')).toBe(0);
});
