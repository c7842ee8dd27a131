import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import { aDeployment, aPod, DEPLOYMENTS, PODS } from '../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
});
afterAll(() => sandbox.stop());

it('strict decoding reports the unknown fields of every part of a Pod', async () => {
  const pod = aPod('a', {
    affinity: { nodeAffinity: { foo: 1 } },
    dnsConfig: { nameserver: [] },
    containers: [{ name: 'main', image: 'nginx', resources: { claims: [{ nme: 'x' }] } }],
  });

  const { status, body } = await client.post(`${PODS}?dryRun=All&fieldValidation=Strict`, pod);

  expect(status).toBe(400);
  expect(body.message).toBe(
    'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.containers[0].resources.claims[0].nme", unknown field "spec.affinity.nodeAffinity.foo", unknown field "spec.dnsConfig.nameserver"',
  );
});

it('a strategic merge patch merges the same lists as Kubernetes, and replaces the others', async () => {
  const spec = { tolerations: [{ key: 'a' }], hostAliases: [{ ip: '10.0.0.1', hostnames: ['a'] }] };
  const patch = { spec: { tolerations: [{ key: 'b' }], hostAliases: [{ ip: '10.0.0.2', hostnames: ['b'] }] } };
  await client.post(DEPLOYMENTS, aDeployment('a'));
  await client.patch('strategic', `${DEPLOYMENTS}/a`, { spec: { template: { spec } } });

  const { body } = await client.patch('strategic', `${DEPLOYMENTS}/a`, { spec: { template: patch } });

  expect(body['spec']).toMatchObject({
    template: {
      spec: {
        tolerations: [{ key: 'b' }],
        hostAliases: expect.arrayContaining([...spec.hostAliases, ...patch.spec.hostAliases]),
      },
    },
  });
});
