import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/kubernetes/json.ts';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import { aService, SERVICES } from '../support/objects.ts';

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
});
afterAll(() => sandbox.stop());

describe('Service', () => {
  it('gets its own cluster IP and the defaults of the real server', async () => {
    const { body: first } = await client.post(SERVICES, aService('first'));
    const { body: second } = await client.post(SERVICES, aService('second'));

    expect(first).toMatchObject({
      spec: {
        type: 'ClusterIP',
        clusterIP: expect.stringMatching(/^10\.96\.0\.\d+$/),
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        internalTrafficPolicy: 'Cluster',
        sessionAffinity: 'None',
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      },
      status: { loadBalancer: {} },
    });
    expect(second['spec']).not.toMatchObject({ clusterIP: (first['spec'] as { clusterIP: string }).clusterIP });
  });

  it('keeps its address if a PUT omits it, and rejects another one', async () => {
    const { body: created } = await client.post(SERVICES, aService('address'));
    const kept = await client.put(`${SERVICES}/address`, aService('address', { ports: [{ port: 81 }] }));
    const changed = await client.put(`${SERVICES}/address`, aService('address', { clusterIP: '10.96.9.9' }));

    expect(kept.body['spec']).toMatchObject({ clusterIP: (created['spec'] as { clusterIP: string }).clusterIP });
    expect([changed.status, changed.body.message]).toEqual([422, expect.stringContaining('may not change once set')]);
  });

  it('has no address if it is headless or external, and a node port if it is a NodePort', async () => {
    const headless = await client.post(SERVICES, aService('headless', { clusterIP: 'None', ports: [] }));
    const external = await client.post(
      SERVICES,
      aService('external', { type: 'ExternalName', externalName: 'a.org', ports: [] }),
    );
    const node = await client.post(SERVICES, aService('node', { type: 'NodePort' }));

    expect(headless.body['spec']).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'] });
    expect(external.body['spec']).not.toHaveProperty('clusterIP');
    expect(node.body['spec']).toMatchObject({
      ports: [{ nodePort: expect.any(Number) }],
      externalTrafficPolicy: 'Cluster',
    });
  });

  it.each<[string, JsonObject, string]>([
    ['no port', { ports: [] }, 'spec.ports: Required value'],
    [
      'port 0',
      { ports: [{ port: 0 }] },
      'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
    ],
    ['two ports without names', { ports: [{ port: 1 }, { port: 2, name: 'b' }] }, 'spec.ports[0].name: Required value'],
    [
      'the same port twice',
      {
        ports: [
          { port: 1, name: 'a' },
          { port: 1, name: 'b' },
        ],
      },
      'spec.ports[1]: Duplicate value: {"protocol":"TCP","port":1}',
    ],
    [
      'the same name twice',
      {
        ports: [
          { port: 1, name: 'a' },
          { port: 2, name: 'a' },
        ],
      },
      'spec.ports[1].name: Duplicate value: "a"',
    ],
    [
      'an unknown protocol',
      { ports: [{ port: 1, protocol: 'X' }] },
      'spec.ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
    ],
    [
      'an unknown type',
      { type: 'X' },
      'spec.type: Unsupported value: "X": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
    ['an external name that is missing', { type: 'ExternalName' }, 'spec.externalName: Required value'],
    [
      'a target port without a letter',
      { ports: [{ port: 1, targetPort: '80' }] },
      'spec.ports[0].targetPort: Invalid value: "80": must contain at least one letter (a-z)',
    ],
  ])('is rejected for %s', async (_case, spec, complaint) => {
    expect(await client.complaints(SERVICES, aService('bad', spec))).toContain(complaint);
  });

  it('must have a DNS-1035 label as its name', async () => {
    expect(await client.complaints(SERVICES, aService('1st'))).toEqual([
      expect.stringContaining('a DNS-1035 label must consist of'),
    ]);
  });
});
