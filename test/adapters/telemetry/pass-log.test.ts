import { describe, expect, it } from '@jest/globals';
import { LastingProblems } from '../../../src/adapters/telemetry/lasting-problems.ts';
import type { LogFields, Logger } from '../../../src/adapters/telemetry/logger.ts';
import { observePasses } from '../../../src/adapters/telemetry/pass-log.ts';
import { OperatorError } from '../../../src/runtime/errors.ts';

function aPassLog() {
  const lines: { level: string; message: string; fields: LogFields }[] = [];
  const measured: unknown[][] = [];
  const write =
    (level: string) =>
    (message: string, fields: LogFields = {}): void =>
      void lines.push({ level, message, fields });
  const log: Logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  let now = 0;
  const problems = new LastingProblems(log, { now: () => now });
  const observer = observePasses(log, { ended: (...pass) => void measured.push(pass) }, problems);
  /** Lines that are not only for debugging. */
  const told = () => lines.filter(({ level }) => level !== 'debug');
  const waits = (ms: number): void => void (now += ms);
  return { observer, lines, told, measured, waits };
}

const FAILURE = new OperatorError('RateLimited', 'retry', 'Cannot list the zones: too many calls');
const OTHER = new OperatorError('SecretNotFound', 'wait', 'Secret default/api does not exist');

it('says of a good pass only that it was, at debug level', () => {
  const { observer, lines } = aPassLog();

  observer.ended('tunnel', 'default/home', 0.0123, []);

  expect(lines).toEqual([
    {
      level: 'debug',
      message: 'A pass ended',
      fields: { controller: 'tunnel', key: 'default/home', ms: 12, failures: 0 },
    },
  ]);
});

it('warns of each failure, with its reason, what comes of it, and its words', () => {
  const { observer, told } = aPassLog();

  observer.ended('tunnel', 'default/home', 1, [FAILURE, OTHER]);

  expect(told()).toEqual([
    {
      level: 'warn',
      message: 'A pass met a failure',
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

it('shows a bug as an error, with its stack, and only once', () => {
  const { observer, told } = aPassLog();
  const bug = new TypeError('undefined is not a function');

  observer.ended('service', 'default/web', 1, [new OperatorError('InternalError', 'retry', String(bug))], bug);
  observer.ended('service', 'default/web', 1, [new OperatorError('InternalError', 'retry', String(bug))], bug);

  expect(told()).toHaveLength(1);
  expect(told()[0]).toMatchObject({ level: 'error', message: 'A pass ended in a bug', fields: { error: bug.stack } });
});

it.each(['a string', 42, null])('shows a bug that is no error: %j', (thrown) => {
  const { observer, told } = aPassLog();

  observer.ended('service', 'default/web', 1, [new OperatorError('InternalError', 'retry', 'x')], thrown);

  expect(told()[0]).toMatchObject({ level: 'error', fields: { error: String(thrown) } });
});

const words = (lines: readonly { message: string; fields: LogFields }[]): readonly string[] =>
  lines.map(({ message, fields }) => `${message}: ${String(fields['reason'])}`);

describe('a failure that lasts', () => {
  it('is told when it begins, once an hour, and when it is over', () => {
    const { observer, told, waits } = aPassLog();
    const passes = (count: number, failures: readonly OperatorError[]): void => {
      for (let pass = 0; pass < count; pass += 1) {
        observer.ended('tunnel', 'default/home', 1, failures);
        waits(10_000);
      }
    };

    passes(360, [FAILURE]);
    expect(words(told())).toEqual(['A pass met a failure: RateLimited']);
    passes(1, [FAILURE]);
    expect(told()).toHaveLength(2);
    passes(2, []);

    expect(words(told())).toEqual([
      'A pass met a failure: RateLimited',
      'A pass met a failure: RateLimited',
      'A failure is over: RateLimited',
    ]);
  });

  it('is told apart from another of the same key, and from the same of another key', () => {
    const { observer, told } = aPassLog();
    const second = new OperatorError('RateLimited', 'retry', 'Cannot list the tunnels: too many calls');

    for (let pass = 0; pass < 3; pass += 1) {
      observer.ended('tunnel', 'default/home', 1, [FAILURE, second]);
      observer.ended('tunnel', 'default/other', 1, [FAILURE]);
    }
    observer.ended('tunnel', 'default/home', 1, [second]);

    expect(words(told())).toEqual([
      ...Array<string>(3).fill('A pass met a failure: RateLimited'),
      'A failure is over: RateLimited',
    ]);
  });

  it('has no end if it is the last word on what is gone', () => {
    const { observer, told } = aPassLog();

    observer.ended('tunnel', 'default/home', 1, [new OperatorError('LeftBehind', 'wait', 'a tunnel')]);
    observer.ended('tunnel', 'default/home', 1, []);

    expect(words(told())).toEqual(['A pass met a failure: LeftBehind']);
  });
});

it('hands every pass on to the metrics, whole', () => {
  const { observer, measured } = aPassLog();
  const bug = new Error('x');

  observer.ended('tunnel', 'default/home', 1, [FAILURE]);
  observer.ended('service', 'default/web', 2, [], bug);

  expect(measured).toEqual([
    ['tunnel', 'default/home', 1, [FAILURE], undefined],
    ['service', 'default/web', 2, [], bug],
  ]);
});
