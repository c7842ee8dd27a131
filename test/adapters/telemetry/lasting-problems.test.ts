import { expect, it } from '@jest/globals';
import { LastingProblems } from '../../../src/adapters/telemetry/lasting-problems.ts';
import type { LogFields } from '../../../src/adapters/telemetry/logger.ts';

const HOUR_MS = 3_600_000;

function someProblems() {
  const lines: string[] = [];
  let now = 0;
  const write =
    (level: string) =>
    (message: string, fields: LogFields = {}): void =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const problems = new LastingProblems(log, { now: () => now });
  return {
    lines,
    fails: (error: string, key = 'tunnels') => problems.failed(key, 'Broken', { kind: key, error }),
    works: (key = 'tunnels') => problems.recovered(key, 'Mended', { kind: key }),
    waits: (ms: number) => {
      now += ms;
    },
  };
}

const FORBIDDEN = 'warn Broken {"kind":"tunnels","error":"forbidden"}';

it('logs a failure that repeats every 30 s once, and again once an hour', () => {
  const { lines, fails, waits } = someProblems();

  for (let tries = 0; tries < 10; tries += 1) {
    fails('forbidden');
    waits(30_000);
  }
  expect(lines).toEqual([FORBIDDEN]);

  waits(HOUR_MS - 10 * 30_000 - 1);
  fails('forbidden');
  expect(lines).toHaveLength(1);
  waits(1);
  fails('forbidden');
  fails('forbidden');
  expect(lines).toEqual([FORBIDDEN, FORBIDDEN]);
});

it('logs a failure again when its error changes', () => {
  const { lines, fails } = someProblems();

  for (const error of ['forbidden', 'gone', 'gone', 'forbidden']) fails(error);

  expect(lines).toEqual([FORBIDDEN, 'warn Broken {"kind":"tunnels","error":"gone"}', FORBIDDEN]);
});

it('logs a recovery, and after that the same failure again', () => {
  const { lines, fails, works } = someProblems();

  fails('forbidden');
  works();
  works();
  fails('forbidden');

  expect(lines).toEqual([FORBIDDEN, 'info Mended {"kind":"tunnels"}', FORBIDDEN]);
});

it('logs no recovery without a failure', () => {
  const { lines, works } = someProblems();

  works();

  expect(lines).toEqual([]);
});

it('keeps different problems apart', () => {
  const { lines, fails, works } = someProblems();

  fails('forbidden');
  fails('forbidden', 'services');
  works('services');
  fails('forbidden');

  expect(lines).toEqual([
    FORBIDDEN,
    'warn Broken {"kind":"services","error":"forbidden"}',
    'info Mended {"kind":"services"}',
  ]);
});
