import { expect, it } from '@jest/globals';
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
  const observer = observePasses(log, { ended: (...pass) => void measured.push(pass) });
  return { observer, lines, measured };
}

const FAILURE = new OperatorError('RateLimited', 'retry', 'Cannot list the zones: too many calls');
const OTHER = new OperatorError('SecretNotFound', 'wait', 'Secret default/api does not exist');

it('says of a good pass only that it was, at debug level', () => {
  const { observer, lines } = aPassLog();

  observer.ended('tunnel', 'default/home', 0.0123, []);

  expect(lines).toEqual([
    { level: 'debug', message: 'A pass ended', fields: { controller: 'tunnel', key: 'default/home', ms: 12 } },
  ]);
});

it('warns of each failure, with its reason, what comes of it, and its words', () => {
  const { observer, lines } = aPassLog();

  observer.ended('tunnel', 'default/home', 1, [FAILURE, OTHER]);

  expect(lines).toEqual([
    {
      level: 'warn',
      message: 'A pass met a failure',
      fields: {
        controller: 'tunnel',
        key: 'default/home',
        ms: 1_000,
        reason: 'RateLimited',
        disposition: 'retry',
        error: 'Cannot list the zones: too many calls',
      },
    },
    expect.objectContaining({ level: 'warn', fields: expect.objectContaining({ reason: 'SecretNotFound' }) }),
  ]);
});

it('shows a bug as an error, with its stack, and only once', () => {
  const { observer, lines } = aPassLog();
  const bug = new TypeError('undefined is not a function');

  observer.ended('service', 'default/web', 1, [new OperatorError('InternalError', 'retry', String(bug))], bug);

  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ level: 'error', message: 'A pass ended in a bug', fields: { error: bug.stack } });
});

it.each(['a string', 42, null])('shows a bug that is no error: %j', (thrown) => {
  const { observer, lines } = aPassLog();

  observer.ended('service', 'default/web', 1, [new OperatorError('InternalError', 'retry', 'x')], thrown);

  expect(lines[0]).toMatchObject({ level: 'error', fields: { error: String(thrown) } });
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
