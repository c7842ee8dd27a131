import { expect, it } from '@jest/globals';
import { ConflictError, OperatorError } from '../../src/runtime/errors.ts';
import { Stages } from '../../src/runtime/stages.ts';

type Stage = 'tunnel' | 'dns';

const DOWN = new OperatorError('CloudflareUnavailable', 'retry', 'Cloudflare is down');
const REFUSED = new OperatorError('CloudflareRefused', 'stall', 'Cloudflare said no');

it('returns the result of a stage, without a report', async () => {
  const stages = new Stages<Stage>(new AbortController().signal);

  const result = await stages.run('tunnel', async () => 'tunnel-1');

  expect(result).toBe('tunnel-1');
  expect(stages.reports.size).toBe(0);
  expect(stages.failures).toEqual([]);
});

it('reports the explanation of a failure, and keeps the failure itself', async () => {
  const stages = new Stages<Stage>(new AbortController().signal, ({ message }) => `${message}. Call them`);

  await stages.run('tunnel', () => Promise.reject(REFUSED));

  expect(stages.reports.get('tunnel')?.message).toBe('Cloudflare said no. Call them');
  expect(stages.failures).toEqual([REFUSED]);
});

it('turns a failure into the report of its stage, and continues with the next', async () => {
  const stages = new Stages<Stage>(new AbortController().signal);

  const failed = await stages.run('tunnel', () => Promise.reject(DOWN));
  const next = await stages.run('dns', async () => 'records');

  expect(failed).toBeUndefined();
  expect(next).toBe('records');
  expect([...stages.reports]).toEqual([
    ['tunnel', { status: 'False', reason: 'CloudflareUnavailable', message: 'Cloudflare is down' }],
  ]);
  expect(stages.failures).toEqual([DOWN]);
});

// Invariants 13, 19.
it('turns a bug into the report of its stage, with a constant message, and keeps its cause', async () => {
  const stages = new Stages<Stage>(new AbortController().signal);
  const bug = new TypeError('undefined is not a function');

  await stages.run('tunnel', () => Promise.reject(bug));

  expect(stages.reports.get('tunnel')).toMatchObject({ status: 'False', reason: 'InternalError' });
  expect(stages.reports.get('tunnel')?.message).not.toContain('undefined');
  expect(stages.failures).toMatchObject([{ disposition: 'retry', cause: bug }]);
});

it('rethrows a conflict', async () => {
  const stages = new Stages<Stage>(new AbortController().signal);
  const race = new ConflictError('somebody was first');

  await expect(stages.run('tunnel', () => Promise.reject(race))).rejects.toBe(race);

  expect(stages.failures).toEqual([]);
});

it('rethrows everything once the reconciliation is aborted', async () => {
  const stop = new AbortController();
  const stages = new Stages<Stage>(stop.signal);
  stop.abort();

  await expect(stages.run('tunnel', () => Promise.reject(DOWN))).rejects.toBe(DOWN);

  expect(stages.failures).toEqual([]);
});

it('keeps the first report of a stage', async () => {
  const stages = new Stages<Stage>(new AbortController().signal);

  stages.fail('dns', DOWN);
  stages.report('dns', { status: 'True', reason: 'RecordsSynced', message: 'All DNS records are up to date' });

  expect(stages.reports.get('dns')).toMatchObject({ status: 'False', reason: 'CloudflareUnavailable' });
});

it('keeps every failure of a stage, including those that are not its report', () => {
  const stages = new Stages<Stage>(new AbortController().signal);

  stages.fail('dns', DOWN);
  stages.fail('dns', REFUSED);

  expect(stages.failures).toEqual([DOWN, REFUSED]);
  expect(stages.reports.get('dns')?.message).toBe('Cloudflare is down');
});
