import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { createClock } from '../../src/runtime/clock.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

it.each([
  { speed: 1, realMs: 1_000 },
  { speed: 20, realMs: 50 },
])('at speed $speed, a second takes $realMs ms', ({ speed, realMs }) => {
  const clock = createClock(speed);
  const began = clock.now();
  const heard: number[] = [];
  clock.after(1_000, () => heard.push(clock.now() - began));

  jest.advanceTimersByTime(realMs - 1);
  expect(heard).toEqual([]);
  jest.advanceTimersByTime(1);

  expect(heard).toEqual([1_000]);
});

it('waits longer than the maximum of a timer, and can be cancelled meanwhile', () => {
  const clock = createClock();
  const longest = 2 ** 31;
  const heard: string[] = [];
  clock.after(2 * longest, () => heard.push('kept'));
  const callOff = clock.after(2 * longest, () => heard.push('called off'));

  jest.advanceTimersByTime(longest);
  callOff();
  expect(heard).toEqual([]);
  jest.advanceTimersByTime(longest);

  expect(heard).toEqual(['kept']);
});
