import { expect, it } from '@jest/globals';
import { EventRecorder } from '../../../src/adapters/kubernetes/event-recorder.ts';
import type { KubeObject } from '../../../src/api/objects.ts';
import { ConflictError } from '../../../src/runtime/errors.ts';
import { aRestClient } from '../../support/a-rest-client.ts';
import { failure, json, silence } from '../../support/answers.ts';
import { aServer } from '../../support/loopback-server.ts';

const ROUTE = 'POST /api/v1/namespaces/web/events';
const SERVICE: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'web', name: 'shop', uid: 'uid-1', resourceVersion: '7', labels: { app: 'shop' } },
};

async function aRecorder() {
  const server = await aServer();
  const failures: Error[] = [];
  const written: string[] = [];
  const observer = {
    failed: (_: string, error: Error) => void failures.push(error),
    written: (namespace: string) => void written.push(namespace),
  };
  const recorder = new EventRecorder(aRestClient(server.url), observer);
  const posted = (route = ROUTE) => {
    const { entries } = server.requests(route);
    return entries.map(({ body }) => JSON.parse(body) as { metadata: { name: string }; message: string });
  };
  return { server, recorder, observer, failures, written, posted };
}

it('posts one Event about the object', async () => {
  const { server, recorder, posted, failures, written } = await aRecorder();
  server.on(ROUTE, json({}, 201));

  await recorder.record(SERVICE, { type: 'Warning', reason: 'PortNotFound', message: 'no port "http"' });

  expect(posted()).toEqual([
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace: 'web', name: expect.stringMatching(/^shop\.[0-9a-f]{8}$/) },
      involvedObject: {
        apiVersion: 'v1',
        kind: 'Service',
        namespace: 'web',
        name: 'shop',
        uid: 'uid-1',
        resourceVersion: '7',
      },
      type: 'Warning',
      reason: 'PortNotFound',
      message: 'no port "http"',
      source: { component: 'cftunnel-operator' },
      reportingComponent: 'cftunnel-operator',
      reportingInstance: '',
      firstTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      lastTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      count: 1,
    },
  ]);
  expect(failures).toEqual([]);
  expect(written).toEqual(['web']);
});

it('gives two Events of one object different names', async () => {
  const { server, recorder, posted } = await aRecorder();
  server.on(ROUTE, json({}, 201));

  await recorder.record(SERVICE, { type: 'Normal', reason: 'Exposed', message: 'first' });
  await recorder.record(SERVICE, { type: 'Normal', reason: 'Exposed', message: 'second' });

  const names = posted().map(({ metadata }) => metadata.name);
  expect(new Set(names).size).toBe(2);
});

it('counts a repetition in the first Event for as long as that exists', async () => {
  const { server, recorder, posted, failures, written } = await aRecorder();
  server.on(ROUTE, json({}, 201));
  const warn = () => recorder.record(SERVICE, { type: 'Warning', reason: 'NoReadyEndpoints', message: 'no pod' });
  await warn();
  const route = `PATCH /api/v1/namespaces/web/events/${posted()[0]?.metadata.name}`;
  server.on(route, json({}), json({}), failure(404, 'NotFound', 'expired'));

  for (let times = 0; times < 3; times += 1) await warn();

  const counted = server.requests(route).entries.map(({ body }) => JSON.parse(body) as object);
  const lastTimestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(counted).toEqual([2, 3, 4].map((count) => ({ count, lastTimestamp })));
  expect(posted()).toHaveLength(2);
  expect(written).toHaveLength(4);
  expect(failures).toEqual([]);
});

it.each([
  { case: 'another object', object: { uid: 'uid-2' }, note: {} },
  { case: 'another message', object: {}, note: { message: 'no pod at all' } },
  { case: 'another reason', object: {}, note: { reason: 'PortNotFound' } },
  { case: 'another type', object: {}, note: { type: 'Normal' as const } },
])('writes a new Event for $case', async ({ object, note }) => {
  const { server, recorder, posted } = await aRecorder();
  server.on(ROUTE, json({}, 201));
  const first = { type: 'Warning', reason: 'NoReadyEndpoints', message: 'no pod' } as const;

  await recorder.record(SERVICE, first);
  await recorder.record({ ...SERVICE, metadata: { ...SERVICE.metadata, ...object } }, { ...first, ...note });

  expect(posted()).toHaveLength(2);
});

it('truncates a message that is too long for an Event', async () => {
  const { server, recorder, posted } = await aRecorder();
  server.on(ROUTE, json({}, 201));

  await recorder.record(SERVICE, { type: 'Normal', reason: 'Exposed', message: 'x'.repeat(5_000) });

  expect(posted()[0]?.message).toBe('x'.repeat(1_024));
});

it('limits the length of the name of an Event', async () => {
  const { server, recorder, posted } = await aRecorder();
  server.on(ROUTE, json({}, 201));
  const metadata = { ...SERVICE.metadata, name: 'n'.repeat(253) };

  await recorder.record({ ...SERVICE, metadata }, { type: 'Normal', reason: 'Exposed', message: '' });

  expect(posted()[0]?.metadata.name.length).toBeLessThanOrEqual(253);
});

it('creates Events of cluster-scoped objects in namespace "default"', async () => {
  const { server, recorder, posted } = await aRecorder();
  const route = 'POST /api/v1/namespaces/default/events';
  server.on(route, json({}, 201));
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } };

  await recorder.record(namespace, { type: 'Normal', reason: 'Exposed', message: '' });

  expect(posted(route)).toHaveLength(1);
});

it('is abandoned when the signal is aborted', async () => {
  const { server, recorder, failures } = await aRecorder();
  server.on(ROUTE, silence);
  const stop = new AbortController();

  const recorded = recorder.record(SERVICE, { type: 'Normal', reason: 'Exposed', message: '' }, stop.signal);
  await server.requests(ROUTE).reaches(1);
  stop.abort();
  await recorded;

  expect(failures).toEqual([]);
});

it('reports a failure, and does not throw it', async () => {
  const { server, recorder, failures } = await aRecorder();
  server.on(ROUTE, failure(403, 'Forbidden', 'events is forbidden'));

  await recorder.record(SERVICE, { type: 'Normal', reason: 'Exposed', message: '' });

  expect(failures).toMatchObject([{ code: 403 }]);
  expect(server.requests(ROUTE).entries).toHaveLength(1);
});

it('reports no failure in a namespace that is being deleted', async () => {
  const { server, recorder, failures } = await aRecorder();
  const why = 'unable to create new content in namespace web because it is being terminated';
  server.on(ROUTE, failure(403, 'Forbidden', `events "shop.1" is forbidden: ${why}`));

  await recorder.record(SERVICE, { type: 'Normal', reason: 'RecordDeleted', message: '' });

  expect(failures).toEqual([]);
});

it('writes nothing, and does not throw, when another replica may lead', async () => {
  const { server, observer, failures } = await aRecorder();
  const deposed = new ConflictError('another replica may lead by now');
  const assertLeading = (): void => {
    throw deposed;
  };
  const recorder = new EventRecorder(aRestClient(server.url), observer, assertLeading);

  await recorder.record(SERVICE, { type: 'Warning', reason: 'LeftBehind', message: 'a tunnel' });

  expect(failures).toEqual([deposed]);
  expect(server.requests(ROUTE).entries).toEqual([]);
});
