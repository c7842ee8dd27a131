import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../src/kubernetes/api.ts';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import {
  aCondition,
  aConfigMap,
  aDefinition,
  aDeployment,
  aService,
  aTunnel,
  CONFIG_MAPS,
  DEFINITIONS,
  DEPLOYMENTS,
  objectOf,
  SERVICES,
  TUNNELS,
} from '../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
  await client.post(DEFINITIONS, aDefinition(objectOf({ name: { type: 'string' } })));
});
afterAll(() => sandbox.stop());

describe('JSON patch', () => {
  it('applies its operations in order', async () => {
    await client.post(CONFIG_MAPS, aConfigMap('json'));
    const { body } = await client.patch('json', `${CONFIG_MAPS}/json`, [
      { op: 'test', path: '/data/key', value: 'value' },
      { op: 'replace', path: '/data/key', value: 'new' },
      { op: 'add', path: '/metadata/labels', value: { a: 'b' } },
    ]);

    expect(body).toMatchObject({ data: { key: 'new' }, metadata: { labels: { a: 'b' } } });
  });

  it.each([
    { case: 'a failed test', operation: { op: 'test', path: '/data/key', value: 'other' } },
    { case: 'a missing path', operation: { op: 'remove', path: '/data/nope' } },
  ])('rejects the whole patch for $case', async ({ operation }) => {
    await client.post(CONFIG_MAPS, aConfigMap('untouched'));
    const change = { op: 'add', path: '/data/other', value: 'x' };
    const { status, body } = await client.patch('json', `${CONFIG_MAPS}/untouched`, [change, operation]);
    const read = await client.get(`${CONFIG_MAPS}/untouched`);

    expect([status, body.reason]).toEqual([422, 'Invalid']);
    expect(body.message).toBe('the server rejected our request due to an error in our request');
    expect(read.body['data']).toEqual({ key: 'value' });
  });
});

describe('merge patch', () => {
  it('merges objects, replaces lists and removes nulls', async () => {
    await client.post(CONFIG_MAPS, aConfigMap('merge', { a: '1', b: '2' }));
    const { body } = await client.patch('merge', `${CONFIG_MAPS}/merge`, { data: { a: null, c: '3' } });

    expect(body['data']).toEqual({ b: '2', c: '3' });
  });

  it('is a conflict if it contains a stale version', async () => {
    const { body } = await client.post(CONFIG_MAPS, aConfigMap('locked'));
    const { resourceVersion } = body.metadata;
    const first = await client.patch('merge', `${CONFIG_MAPS}/locked`, {
      metadata: { resourceVersion },
      data: { a: '1' },
    });
    const second = await client.patch('merge', `${CONFIG_MAPS}/locked`, {
      metadata: { resourceVersion },
      data: { a: '2' },
    });

    expect([first.status, second.status]).toEqual([200, 409]);
  });
});

interface TestContainer {
  readonly name: string;
  readonly image?: string;
  readonly env?: readonly unknown[];
  readonly args?: readonly string[];
}

function containersOf(deployment: KubeObject): readonly TestContainer[] {
  return (deployment['spec'] as { template: { spec: { containers: TestContainer[] } } }).template.spec.containers;
}

function inTemplate(spec: object): object {
  return { spec: { template: { spec } } };
}

describe('strategic merge patch', () => {
  it('merges containers by name and env by name, and replaces plain lists', async () => {
    await client.post(DEPLOYMENTS, aDeployment('strategic', { args: ['a', 'b'], env: [{ name: 'A', value: '1' }] }));
    const patch = {
      containers: [
        { name: 'main', args: ['c'], env: [{ name: 'B', value: '2' }] },
        { name: 'side', image: 'busybox' },
      ],
    };
    const { body } = await client.patch('strategic', `${DEPLOYMENTS}/strategic`, inTemplate(patch));

    const [main, side] = containersOf(body);
    expect(main).toMatchObject({ name: 'main', image: 'nginx', args: ['c'] });
    expect(main?.env).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ]);
    expect(side?.name).toBe('side');
  });

  it('deletes and orders items and deletes from sets according to its directives', async () => {
    const object = { ...aDeployment('directives'), metadata: { name: 'directives', finalizers: ['a.io/x', 'a.io/y'] } };
    await client.post(DEPLOYMENTS, object);
    await client.patch(
      'strategic',
      `${DEPLOYMENTS}/directives`,
      inTemplate({
        containers: [
          { name: 'two', image: 'b' },
          { name: 'three', image: 'c' },
        ],
      }),
    );
    const { body } = await client.patch('strategic', `${DEPLOYMENTS}/directives`, {
      metadata: { '$deleteFromPrimitiveList/finalizers': ['a.io/x'] },
      ...inTemplate({
        '$setElementOrder/containers': [{ name: 'three' }, { name: 'main' }],
        containers: [{ name: 'two', $patch: 'delete' }],
      }),
    });

    expect(containersOf(body).map(({ name }) => name)).toEqual(['three', 'main']);
    expect(body.metadata.finalizers).toEqual(['a.io/y']);
  });

  it('keeps items unknown to the client behind their predecessor', async () => {
    await client.post(DEPLOYMENTS, aDeployment('order'));
    const added = ['x', 'b'].map((name) => ({ name, image: 'i' }));
    await client.patch('strategic', `${DEPLOYMENTS}/order`, inTemplate({ containers: added }));
    const order = { '$setElementOrder/containers': [{ name: 'b' }, { name: 'main' }] };
    const { body } = await client.patch('strategic', `${DEPLOYMENTS}/order`, inTemplate(order));

    expect(containersOf(body).map(({ name }) => name)).toEqual(['b', 'main', 'x']);
  });

  it('replaces a list or an object with a directive, and keeps only the retained keys', async () => {
    await client.post(DEPLOYMENTS, aDeployment('replaced'));
    const list = await client.patch(
      'strategic',
      `${DEPLOYMENTS}/replaced`,
      inTemplate({ containers: [{ $patch: 'replace' }, { name: 'new', image: 'new' }] }),
    );
    const strategy = await client.patch('strategic', `${DEPLOYMENTS}/replaced`, {
      spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
    });

    expect(containersOf(list.body).map(({ name }) => name)).toEqual(['new']);
    expect(strategy.body['spec']).toMatchObject({ strategy: { type: 'Recreate' } });
    expect(strategy.body['spec']).not.toHaveProperty(['strategy', 'rollingUpdate']);
  });

  it('merges the ports of a Service by port and its conditions by type', async () => {
    await client.post(SERVICES, aService('merged', { ports: [{ port: 80, name: 'http' }] }));
    await client.patch('strategic', `${SERVICES}/merged`, {
      spec: {
        ports: [
          { port: 80, targetPort: 8080 },
          { port: 443, name: 'https' },
        ],
      },
    });
    await client.patch('strategic', `${SERVICES}/merged/status`, { status: { conditions: [aCondition('a/A')] } });
    const { body } = await client.patch('strategic', `${SERVICES}/merged/status`, {
      status: { conditions: [aCondition('b/B')] },
    });

    expect(body).toMatchObject({
      spec: {
        ports: [
          { port: 80, name: 'http', targetPort: 8080 },
          { port: 443, name: 'https' },
        ],
      },
      status: { conditions: [{ type: 'a/A' }, { type: 'b/B' }] },
    });
  });

  it('is rejected for custom resources with the list of supported types', async () => {
    await client.post(TUNNELS, aTunnel('custom'));
    const { status, body } = await client.patch('strategic', `${TUNNELS}/custom`, {});

    expect(status).toBe(415);
    expect(body.message).toBe(
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    );
  });
});
