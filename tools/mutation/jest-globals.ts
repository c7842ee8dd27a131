/** What a test file gets when it imports `@jest/globals`: jest's own parts, around the suite of its generation. */
import { ModernFakeTimers } from '@jest/fake-timers';
import { expect } from 'expect';
import { bind } from 'jest-each';
import { fn, spyOn } from 'jest-mock';
import { generationOf } from './generations.ts';

type Body = () => unknown;

const generation = generationOf(import.meta.url);
if (generation === undefined) throw new Error('@jest/globals is imported by no test file');
const { suite, mocks } = generation;
const timers = new ModernFakeTimers({ config: { fakeTimers: {}, rootDir: '/' } as never, global: globalThis });

const register = {
  describe: (name: string, body: Body) => suite.describe(name, body),
  it: (name: string, body: Body) => suite.test(name, body),
};

const describe = Object.assign(register.describe, { each: bind(register.describe as never), skip: () => undefined });
const it = Object.assign(register.it, { each: bind(register.it as never), skip: () => undefined });
const beforeAll = (body: Body): void => suite.hook('beforeAll', body);
const beforeEach = (body: Body): void => suite.hook('beforeEach', body);
const afterEach = (body: Body): void => suite.hook('afterEach', body);
const afterAll = (body: Body): void => suite.hook('afterAll', body);

const jest = {
  fn,
  spyOn,
  useFakeTimers: (config?: never) => timers.useFakeTimers(config),
  useRealTimers: () => timers.useRealTimers(),
  setSystemTime: (now?: number | Date) => timers.setSystemTime(now),
  getTimerCount: () => timers.getTimerCount(),
  runAllTimersAsync: () => timers.runAllTimersAsync(),
  advanceTimersByTime: (ms: number) => timers.advanceTimersByTime(ms),
  advanceTimersByTimeAsync: (ms: number) => timers.advanceTimersByTimeAsync(ms),
  unstable_mockModule: (specifier: string, factory: () => Readonly<Record<string, unknown>>) => {
    mocks.set(specifier, factory());
  },
};

export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, it as test };
