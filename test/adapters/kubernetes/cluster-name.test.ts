import { beforeEach, expect, it, jest } from '@jest/globals';
import { LastingProblems } from '../../../src/adapters/telemetry/lasting-problems.ts';
import type { Logger } from '../../../src/adapters/telemetry/logger.ts';
import { aRestClient } from '../../support/a-rest-client.ts';
import { failure, hangUp, json, silence } from '../../support/answers.ts';
import { Journal } from '../../support/journal.ts';
import { aServer } from '../../support/loopback-server.ts';

jest.unstable_mockModule('node:timers/promises', () => ({
  setTimeout: async (ms: number, _value: unknown, { signal }: { signal: AbortSignal }) => {
    pauses.push(ms);
    signal.throwIfAborted();
  },
}));
const { readClusterName } = await import('../../../src/adapters/kubernetes/cluster-name.ts');

const ROUTE = 'GET /api/v1/namespaces/kube-system';
const NAMESPACE = json({ kind: 'Namespace', metadata: { name: 'kube-system', uid: '0f1e2d3c-4b5a-6978' } });

const pauses: number[] = [];
const warnings = new Journal<string>();
beforeEach(() => {
  pauses.length = 0;
  warnings.entries.length = 0;
});

const log: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message) => warnings.push(message),
  error: () => undefined,
};

it('is the first 8 characters of the UID of kube-system', async () => {
  const server = await aServer();
  server.on(ROUTE, NAMESPACE);

  const name = await readClusterName(aRestClient(server.url), new LastingProblems(log), new AbortController().signal);

  expect(name).toBe('0f1e2d3c');
  expect(warnings.entries).toEqual([]);
});

it('is read again until the API answers, with a pause and a log line for each new cause', async () => {
  const server = await aServer();
  server.on(ROUTE, hangUp, hangUp, failure(500, 'InternalError', 'etcd is away'), NAMESPACE);

  const name = await readClusterName(aRestClient(server.url), new LastingProblems(log), new AbortController().signal);

  expect(name).toBe('0f1e2d3c');
  expect(warnings.entries).toHaveLength(2);
  expect(pauses).toEqual([1_000, 1_000, 1_000]);
});

it('is abandoned when the process stops', async () => {
  const server = await aServer();
  const stop = new AbortController();
  server.on(ROUTE, silence);

  const name = readClusterName(aRestClient(server.url), new LastingProblems(log), stop.signal);
  void server
    .requests(ROUTE)
    .reaches(1)
    .then(() => stop.abort());

  await expect(name).rejects.toMatchObject({ name: 'AbortError' });
  expect(warnings.entries).toEqual([]);
});

it('is an error if reading it is forbidden', async () => {
  const server = await aServer();
  server.on(ROUTE, failure(403, 'Forbidden', 'namespaces "kube-system" is forbidden'));

  const name = readClusterName(aRestClient(server.url), new LastingProblems(log), new AbortController().signal);

  await expect(name).rejects.toThrow('set --cluster-name');
  expect(pauses).toEqual([]);
});
