import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { humanDuration } from '../../src/kubernetes/table/age.ts';
import { compileJsonPath } from '../../src/kubernetes/table/json-path.ts';
import { Client } from '../support/kubernetes-client.ts';
import {
  aConfigMap,
  aDefinition,
  aDeployment,
  aPod,
  aService,
  aTunnel,
  CONFIG_MAPS,
  DEFINITIONS,
  DEPLOYMENTS,
  objectOf,
  PODS,
  SECRETS,
  SERVICES,
  TUNNELS,
} from '../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;
let now = Date.parse('2026-01-01T00:00:00Z');

beforeAll(async () => {
  sandbox = await startKubernetes({ now: () => now });
  client = new Client(sandbox.url);
});
afterAll(() => sandbox.stop());

const TABLE = {
  accept:
    'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json',
};

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly { readonly cells: unknown[]; readonly object?: JsonObject }[];
}

async function table(path: string): Promise<Table> {
  const { body } = await client.get(path, TABLE);
  return body as unknown as Table;
}

/** Column names as in kubectl's header, those of `-o wide` in parentheses. */
function heads({ columnDefinitions }: Table): string[] {
  return columnDefinitions.map(({ name, priority }) => (priority > 0 ? `(${name})` : name));
}

function ready(name: string, restartCount: number): JsonObject {
  return { name, ready: true, restartCount, state: { running: {} } };
}

describe('tables', () => {
  it('show Services', async () => {
    await client.post(
      SERVICES,
      aService('web', {
        ports: [
          { port: 80, name: 'a' },
          { port: 53, protocol: 'UDP', name: 'b' },
        ],
      }),
    );
    await client.post(SERVICES, aService('ext', { type: 'ExternalName', externalName: 'a.org', ports: [] }));
    const shown = await table(SERVICES);

    expect(heads(shown)).toEqual(['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', '(Selector)']);
    expect(shown.rows.map(({ cells }) => cells)).toEqual([
      ['ext', 'ExternalName', '<none>', 'a.org', '<none>', '0s', 'app=ext'],
      ['web', 'ClusterIP', '10.96.0.1', '<none>', '80/TCP,53/UDP', '0s', 'app=web'],
    ]);
  });

  it('show Pods with their problems', async () => {
    const show = async (name: string, status: JsonObject) => {
      await client.post(PODS, aPod(name, { nodeName: 'n1' }));
      await client.patch('merge', `${PODS}/${name}/status`, { status });
      return (await table(`${PODS}/${name}`)).rows[0]?.cells;
    };
    const waiting = { name: 'main', ready: false, restartCount: 0, state: { waiting: { reason: 'CrashLoopBackOff' } } };

    expect(heads(await table(PODS))).toEqual([
      'Name',
      'Ready',
      'Status',
      'Restarts',
      'Age',
      '(IP)',
      '(Node)',
      '(Nominated Node)',
      '(Readiness Gates)',
    ]);
    expect(await show('up', { phase: 'Running', podIP: '10.1.1.1', containerStatuses: [ready('main', 2)] })).toEqual([
      'up',
      '1/1',
      'Running',
      '2',
      '0s',
      '10.1.1.1',
      'n1',
      '<none>',
      '<none>',
    ]);
    expect((await show('down', { phase: 'Running', containerStatuses: [waiting] }))?.slice(0, 3)).toEqual([
      'down',
      '0/1',
      'CrashLoopBackOff',
    ]);
    await client.delete(`${PODS}/up`);
    expect((await table(`${PODS}/up`)).rows[0]?.cells.slice(0, 3)).toEqual(['up', '1/1', 'Terminating']);
  });

  it('count the sidecars of a Pod, but not its other init containers', async () => {
    const initContainers = [
      { name: 'setup', image: 'nginx' },
      { name: 'proxy', image: 'nginx', restartPolicy: 'Always' },
    ];
    await client.post(PODS, aPod('helped', { nodeName: 'n1', initContainers }));
    const initContainerStatuses = [ready('setup', 5), ready('proxy', 2)];
    const status = { phase: 'Running', initContainerStatuses, containerStatuses: [ready('main', 1)] };
    await client.patch('merge', `${PODS}/helped/status`, { status });

    expect((await table(`${PODS}/helped`)).rows[0]?.cells.slice(0, 4)).toEqual(['helped', '2/2', 'Running', '3']);
  });

  it('show Deployments, Secrets and ConfigMaps', async () => {
    await client.post(DEPLOYMENTS, aDeployment('web', {}, { replicas: 3 }));
    await client.patch('merge', `${DEPLOYMENTS}/web/status`, {
      status: { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 },
    });
    await client.post(SECRETS, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      stringData: { a: '1', b: '2' },
    });
    await client.post(CONFIG_MAPS, aConfigMap('c'));

    expect((await table(DEPLOYMENTS)).rows[0]?.cells).toEqual(['web', '2/3', 3, 1, '0s', 'main', 'nginx', 'app=web']);
    expect((await table(SECRETS)).rows[0]?.cells).toEqual(['s', 'Opaque', 2, '0s']);
    expect((await table(CONFIG_MAPS)).rows[0]?.cells).toEqual(['c', 1, '0s']);
  });

  it('show events by the time they were last seen', async () => {
    const path = '/api/v1/namespaces/default/events';
    await client.post(path, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e' },
      involvedObject: { kind: 'Service', name: 'web', namespace: 'default' },
      type: 'Warning',
      reason: 'Bad',
      message: 'so bad',
      source: { component: 'tester' },
      firstTimestamp: '2025-12-31T23:00:00Z',
      lastTimestamp: '2025-12-31T23:59:00Z',
      count: 3,
    });

    expect((await table(path)).rows[0]?.cells).toEqual([
      '60s',
      'Warning',
      'Bad',
      'service/web',
      '',
      'tester',
      'so bad',
      '60m',
      3,
      'e',
    ]);
  });

  it('contain metadata, the object or nothing in each row', async () => {
    const path = `${CONFIG_MAPS}/c`;
    const [metadata, object, none] = await Promise.all(
      ['Metadata', 'Object', 'None'].map((part) => table(`${path}?includeObject=${part}`)),
    );

    expect(metadata?.rows[0]?.object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'c' } });
    expect(metadata?.rows[0]?.object).not.toHaveProperty('data');
    expect(object?.rows[0]?.object).toHaveProperty('data');
    expect(none?.rows[0]).not.toHaveProperty('object');
  });

  it('show custom resources by their printer columns', async () => {
    const additionalPrinterColumns = [
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas' },
      { name: 'Hosts', type: 'string', jsonPath: '.spec.hosts' },
      { name: 'Note', type: 'string', jsonPath: '.metadata.annotations.example\\.org/note', priority: 1 },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ];
    const schema = objectOf({ replicas: { type: 'integer' }, hosts: { type: 'array', items: { type: 'string' } } });
    await client.post(DEFINITIONS, aDefinition(schema, { additionalPrinterColumns }));
    const spec = { replicas: 2, hosts: ['a', 'b'] };
    const conditions = [
      { type: 'Other', status: 'False' },
      { type: 'Ready', status: 'True' },
    ];
    await client.post(TUNNELS, {
      ...aTunnel('full', spec, { annotations: { 'example.org/note': 'hi' } }),
      status: { conditions },
    });
    await client.post(TUNNELS, aTunnel('bare'));
    now += 200_000;
    const shown = await table(TUNNELS);

    expect(heads(shown)).toEqual(['Name', 'Ready', 'Replicas', 'Hosts', '(Note)', 'Age']);
    expect(shown.rows.map(({ cells }) => cells)).toEqual([
      ['bare', null, null, null, null, '3m20s'],
      ['full', 'True', 2, '["a","b"]', 'hi', '3m20s'],
    ]);
  });
});

describe('ages', () => {
  const SECOND = 1000;
  const HOUR = 3600 * SECOND;
  const DAY = 24 * HOUR;

  it.each([
    [0, '0s'],
    [119 * SECOND, '119s'],
    [120 * SECOND, '2m'],
    [192 * SECOND, '3m12s'],
    [600 * SECOND, '10m'],
    [179 * 60 * SECOND, '179m'],
    [5 * HOUR + 180 * SECOND, '5h3m'],
    [47 * HOUR, '47h'],
    [2 * DAY + 4 * HOUR, '2d4h'],
    [30 * DAY, '30d'],
    [3 * 365 * DAY + 20 * DAY, '3y20d'],
    [9 * 365 * DAY, '9y'],
    [-5 * SECOND, '<invalid>'],
  ])('%d ms are %s', (milliseconds, text) => {
    expect(humanDuration(milliseconds)).toBe(text);
  });
});

describe('JSONPath', () => {
  const object = {
    a: {
      b: [
        { k: 'x', v: 1 },
        { k: 'y', v: 2 },
      ],
    },
    'c.d': 3,
  };

  it.each([
    ['.a.b[0].v', [1]],
    ['.a.b[-1].v', [2]],
    ['.a.b[*].v', [1, 2]],
    ['.a.b[?(@.k=="y")].v', [2]],
    [".a.b[?(@.k != 'y')].v", [1]],
    ['.c\\.d', [3]],
    ["['c.d']", [3]],
    ['$.a.b[5].v', []],
    ['.nope.nope', []],
  ])('%s', (path, values) => {
    expect(compileJsonPath(path)(object)).toEqual(values);
  });
});
