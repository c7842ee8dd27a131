import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { byVersionPriority } from '../../src/kubernetes/registry/catalog.ts';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import { aDefinition, DEFINITIONS, objectOf } from '../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
  const subresources = {
    status: {},
    scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
  };
  await client.post(DEFINITIONS, aDefinition(objectOf({ replicas: { type: 'integer' } }), { subresources }));
});
afterAll(() => sandbox.stop());

const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

describe('discovery', () => {
  it('lists the core version and every group in the old format', async () => {
    const core = await client.get('/api');
    const groups = await client.get('/apis');

    expect(core.body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    const names = (groups.body['groups'] as { name: string }[]).map((group) => group.name);
    expect(names).toEqual(
      expect.arrayContaining(['apps', 'policy', 'events.k8s.io', 'apiextensions.k8s.io', 'example.org']),
    );
  });

  it('returns everything at once to clients that request aggregated discovery', async () => {
    const reply = await client.get('/apis', { accept: AGGREGATED });

    expect(reply.headers.get('content-type')).toContain('as=APIGroupDiscoveryList');
    const own = reply.body.items.find((item) => item.metadata.name === 'example.org');
    expect(own).toMatchObject({
      versions: [
        {
          version: 'v1',
          resources: [
            {
              resource: 'tunnels',
              scope: 'Namespaced',
              singularResource: 'tunnel',
              shortNames: ['tn'],
              subresources: [
                { subresource: 'scale', responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' } },
                { subresource: 'status', responseKind: { kind: 'Tunnel' } },
              ],
            },
          ],
        },
      ],
    });
  });

  it('lists the resources of a group version with their subresources', async () => {
    const { body } = await client.get('/apis/example.org/v1');

    expect(body['resources']).toMatchObject([
      {
        name: 'tunnels',
        singularName: 'tunnel',
        namespaced: true,
        kind: 'Tunnel',
        shortNames: ['tn'],
        categories: ['all'],
      },
      { name: 'tunnels/scale', kind: 'Scale', group: 'autoscaling', version: 'v1' },
      { name: 'tunnels/status', kind: 'Tunnel', verbs: ['get', 'patch', 'update'] },
    ]);
  });

  it('returns 304 to a client with the current discovery', async () => {
    const first = await client.get('/apis', { accept: AGGREGATED });
    const second = await client.get('/apis', { accept: AGGREGATED, 'if-none-match': first.headers.get('etag') ?? '' });

    expect(second.status).toBe(304);
  });

  it('returns the version and health', async () => {
    const version = await client.get('/version');
    const health = await Promise.all(['/healthz', '/livez', '/readyz'].map((path) => client.get(path)));

    expect(version.body['gitVersion']).toBe('v1.36.2');
    expect(health.map((reply) => reply.text)).toEqual(['ok', 'ok', 'ok']);
  });

  it('publishes OpenAPI v3 for built-in kinds and custom resources, and no v2', async () => {
    const index = await client.get('/openapi/v3');
    const paths = index.body['paths'] as Record<string, { serverRelativeURL: string }>;
    const own = await client.get(paths['apis/example.org/v1']?.serverRelativeURL ?? '');
    const legacy = await client.get('/openapi/v2');

    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['api/v1', 'apis/apps/v1', 'apis/example.org/v1']));
    expect(own.body).toMatchObject({
      components: {
        schemas: {
          'org.example.v1.Tunnel': { properties: { spec: { properties: { replicas: { type: 'integer' } } } } },
        },
      },
    });
    expect(legacy.status).toBe(404);
  });

  it('prefers stable and newer versions', () => {
    const versions = ['v1alpha1', 'v1', 'zeta', 'v2beta1', 'v10', 'v2', 'v1beta2', 'alpha'];

    expect(versions.toSorted(byVersionPriority)).toEqual('v10 v2 v1 v2beta1 v1beta2 v1alpha1 alpha zeta'.split(' '));
  });

  it('handles malformed paths', async () => {
    const replies = [
      await client.get('//'),
      await client.get('/api/v1/namespaces/%zz/pods'),
      await client.get('/apis//v1/x'),
    ];

    expect(replies.map(({ status }) => status)).toEqual([404, 200, 404]);
  });

  it('distinguishes an unknown group from an unknown resource in a known group', async () => {
    const group = await client.get('/apis/nope.io/v1/things');
    const resource = await client.get('/api/v1/things');

    expect([group.status, group.text]).toEqual([404, '404 page not found\n']);
    expect(resource.body).toMatchObject({ code: 404, message: 'the server could not find the requested resource' });
  });
});
