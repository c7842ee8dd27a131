import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Waits } from '../../src/runtime/waits.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

it('starts at the first call', () => {
  const waits = new Waits();

  expect(waits.startOrContinue('a')).toBe(0);
  jest.advanceTimersByTime(700);
  expect(waits.startOrContinue('a')).toBe(700);
  jest.advanceTimersByTime(300);

  expect(waits.startOrContinue('a')).toBe(1_000);
});

it('keeps a time for each key', () => {
  const waits = new Waits();

  waits.startOrContinue('a');
  jest.advanceTimersByTime(500);

  expect(waits.startOrContinue('b')).toBe(0);
  expect(waits.startOrContinue('a')).toBe(500);
});

it('starts again after its end', () => {
  const waits = new Waits();

  waits.startOrContinue('a');
  jest.advanceTimersByTime(500);
  waits.end('a');

  expect(waits.startOrContinue('a')).toBe(0);
});
