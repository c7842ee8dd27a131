import { describe, expect, it } from '@jest/globals';
import { LastingProblems } from '../../../src/adapters/telemetry/lasting-problems.ts';
import type { LogFields, Logger } from '../../../src/adapters/telemetry/logger.ts';
import { observePasses } from '../../../src/adapters/telemetry/pass-log.ts';
import type { EndedPass } from '../../../src/runtime/controller.ts';
import { OperatorError } from '../../../src/runtime/errors.ts';

function aPassLog() {
  const lines: { level: string; message: string; fields: LogFields }[] = [];
  const measured: EndedPass[] = [];
  const write =
    (level: string) =>
    (message: string, fields: LogFields = {}): void =>
      void lines.push({ level, message, fields });
  const log: Logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  let now = 0;
  const problems = new LastingProblems(log, { now: () => now });
  const observer = observePasses(log, { ended: (pass) => void measured.push(pass) }, problems);
  /** Lines above debug level. */
  const told = () => lines.filter(({ level }) => level !== 'debug');
  const waits = (ms: number): void => void (now += ms);
  return { observer, lines, told, measured, waits };
}

const HOME = { controller: 'tunnel', key: 'default/home', seconds: 1 };
const WEB = { controller: 'service', key: 'default/web', seconds: 1 };
const FAILURE = new OperatorError('RateLimited', 'retry', 'Cannot list the zones: too many calls');
const OTHER = new OperatorError('SecretNotFound', 'wait', 'Secret default/api does not exist');

it('logs a successful pass at debug level only', () => {
  const { observer, lines } = aPassLog();

  observer.ended({ ...HOME, seconds: 0.0123, failures: [] });

  expect(lines).toEqual([
    {
      level: 'debug',
      message: 'Reconciled',
      fields: { controller: 'tunnel', key: 'default/home', ms: 12, failures: 0 },
    },
  ]);
});

it('warns about each failure, with reason, disposition and message', () => {
  const { observer, told } = aPassLog();

  observer.ended({ ...HOME, failures: [FAILURE, OTHER] });

  expect(told()).toEqual([
    {
      level: 'warn',
      message: 'Reconciling failed',
      fields: {
        controller: 'tunnel',
        key: 'default/home',
        reason: 'RateLimited',
        disposition: 'retry',
        error: 'Cannot list the zones: too many calls',
      },
    },
    expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ reason: 'SecretNotFound' }) }),
  ]);
});

it('logs a bug as an error, with its stack, and only once', () => {
  const { observer, told } = aPassLog();
  const bug = new TypeError('undefined is not a function');

  observer.ended({ ...WEB, failures: [new OperatorError('InternalError', 'retry', String(bug))], unexpected: bug });
  observer.ended({ ...WEB, failures: [new OperatorError('InternalError', 'retry', String(bug))], unexpected: bug });

  expect(told()).toHaveLength(1);
  expect(told()[0]).toMatchObject({
    level: 'error',
    message: 'Reconciling failed because of a bug',
    fields: { error: bug.stack },
  });
});

it.each(['a string', 42, null])('logs a bug that is not an Error: %j', (thrown) => {
  const { observer, told } = aPassLog();

  observer.ended({ ...WEB, failures: [new OperatorError('InternalError', 'retry', 'x')], unexpected: thrown });

  expect(told()[0]).toMatchObject({ level: 'error', fields: { error: String(thrown) } });
});

const words = (lines: readonly { message: string; fields: LogFields }[]): readonly string[] =>
  lines.map(({ message, fields }) => `${message}: ${String(fields['reason'])}`);

describe('a failure that lasts', () => {
  it('is logged when it begins, once an hour, and when it ends', () => {
    const { observer, told, waits } = aPassLog();
    const passes = (count: number, failures: readonly OperatorError[]): void => {
      for (let pass = 0; pass < count; pass += 1) {
        observer.ended({ ...HOME, failures });
        waits(10_000);
      }
    };

    passes(360, [FAILURE]);
    expect(words(told())).toEqual(['Reconciling failed: RateLimited']);
    passes(1, [FAILURE]);
    expect(told()).toHaveLength(2);
    passes(2, []);

    expect(words(told())).toEqual([
      'Reconciling failed: RateLimited',
      'Reconciling failed: RateLimited',
      'Recovered from a failure: RateLimited',
    ]);
  });

  it('is kept apart from another of the same key, and from the same of another key', () => {
    const { observer, told } = aPassLog();
    const second = new OperatorError('RateLimited', 'retry', 'Cannot list the tunnels: too many calls');

    for (let pass = 0; pass < 3; pass += 1) {
      observer.ended({ ...HOME, failures: [FAILURE, second] });
      observer.ended({ ...HOME, key: 'default/other', failures: [FAILURE] });
    }
    observer.ended({ ...HOME, failures: [second] });

    expect(words(told())).toEqual([
      ...Array<string>(3).fill('Reconciling failed: RateLimited'),
      'Recovered from a failure: RateLimited',
    ]);
  });

  it('does not recover if its object is gone', () => {
    const { observer, told } = aPassLog();

    observer.ended({ ...HOME, failures: [new OperatorError('LeftBehind', 'wait', 'a tunnel')] });
    observer.ended({ ...HOME, failures: [] });

    expect(words(told())).toEqual(['Reconciling failed: LeftBehind']);
  });
});

it('passes every pass on to the metrics', () => {
  const { observer, measured } = aPassLog();
  const failed = { ...HOME, failures: [FAILURE] };
  const broken = { ...WEB, failures: [], unexpected: new Error('x') };

  observer.ended(failed);
  observer.ended(broken);

  expect(measured).toEqual([failed, broken]);
});
