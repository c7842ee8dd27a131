import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import { aTunnel, objectOf, TUNNELS } from '../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeEach(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
});
afterEach(() => sandbox.stop());

describe('subresources', () => {
  const scale = {
    specReplicasPath: '.spec.replicas',
    statusReplicasPath: '.status.replicas',
    labelSelectorPath: '.status.selector',
  };
  const defineScalable = () =>
    client.define(objectOf({ replicas: { type: 'integer', maximum: 25 } }), { subresources: { status: {}, scale } });

  it('separate status and spec, and count only changes of the spec', async () => {
    await defineScalable();
    const created = await client.post(TUNNELS, { ...aTunnel('a', { replicas: 1 }), status: { replicas: 9 } });
    const status = await client.patch('merge', `${TUNNELS}/a/status`, {
      spec: { replicas: 5 },
      status: { replicas: 1 },
    });
    const main = await client.patch('merge', `${TUNNELS}/a`, { spec: { replicas: 2 }, status: { replicas: 7 } });

    expect(created.body['status']).toBeUndefined();
    expect(status.body).toMatchObject({ metadata: { generation: 1 }, spec: { replicas: 1 }, status: { replicas: 1 } });
    expect(main.body).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 2 }, status: { replicas: 1 } });
  });

  it('read and change the scale', async () => {
    await defineScalable();
    await client.post(TUNNELS, aTunnel('a', { replicas: 2 }));
    await client.patch('merge', `${TUNNELS}/a/status`, { status: { replicas: 1, selector: 'app=a' } });
    const read = await client.get(`${TUNNELS}/a/scale`);
    const scaled = await client.patch('merge', `${TUNNELS}/a/scale`, { spec: { replicas: 4 } });
    const zero = await client.request(
      'PUT',
      `${TUNNELS}/a/scale`,
      JSON.stringify({ metadata: { name: 'a' }, spec: {} }),
    );
    const object = await client.get(`${TUNNELS}/a`);

    expect(read.body).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 2 },
      status: { replicas: 1, selector: 'app=a' },
    });
    expect(scaled.body['spec']).toEqual({ replicas: 4 });
    expect(zero.body['spec']).toEqual({});
    expect(object.body).toMatchObject({ metadata: { generation: 3 }, spec: { replicas: 0 } });
  });

  it('reject a scale that is negative, too large or based on an old version', async () => {
    await defineScalable();
    const { body } = await client.post(TUNNELS, aTunnel('a', { replicas: 2 }));
    await client.patch('merge', `${TUNNELS}/a/scale`, { spec: { replicas: 3 } });
    const negative = await client.patch('merge', `${TUNNELS}/a/scale`, { spec: { replicas: -1 } });
    const large = await client.patch('merge', `${TUNNELS}/a/scale`, { spec: { replicas: 26 } });
    const stale = await client.put(`${TUNNELS}/a/scale`, { metadata: body.metadata, spec: { replicas: 1 } });

    expect([negative.status, large.status, stale.status]).toEqual([422, 422, 409]);
  });

  it('exist only if the definition has them', async () => {
    await client.define(objectOf({}));
    await client.post(TUNNELS, aTunnel('a'));

    expect((await client.get(`${TUNNELS}/a/status`)).status).toBe(404);
    expect((await client.get(`${TUNNELS}/a/scale`)).status).toBe(404);
  });
});
