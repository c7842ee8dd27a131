import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';

const INGRESSES = '/apis/networking.k8s.io/v1/namespaces/default/ingresses';
const CLASSES = '/apis/networking.k8s.io/v1/ingressclasses';

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
});
afterAll(() => sandbox.stop());

function ingress(name: string, spec: Readonly<Record<string, unknown>>) {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name }, spec };
}

function withPath(path: Readonly<Record<string, unknown>>) {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  return { rules: [{ host: 'a.example.com', http: { paths: [{ ...path, backend }] } }] };
}

describe('an Ingress', () => {
  it.each([
    { spec: {}, complaint: 'spec: Invalid value: null: either `defaultBackend` or `rules` must be specified' },
    {
      spec: withPath({ path: '/' }),
      complaint: 'spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified',
    },
    {
      spec: withPath({ path: '/', pathType: 'Other' }),
      complaint:
        'spec.rules[0].http.paths[0].pathType: Unsupported value: "Other": supported values: "Exact", "ImplementationSpecific", "Prefix"',
    },
    {
      spec: withPath({ path: 'x', pathType: 'Prefix' }),
      complaint: 'spec.rules[0].http.paths[0].path: Invalid value: "x": must be an absolute path',
    },
  ])('is refused: $complaint', async ({ spec, complaint }) => {
    expect(await client.complaints(INGRESSES, ingress('bad', spec))).toEqual([complaint]);
  });

  it('has a status of its own, and a generation that its spec moves', async () => {
    const { body } = await client.post(INGRESSES, ingress('web', withPath({ pathType: 'ImplementationSpecific' })));
    const changed = await client.patch('merge', `${INGRESSES}/web`, { spec: { ingressClassName: 'other' } });

    expect(body).toMatchObject({ status: { loadBalancer: {} }, metadata: { generation: 1 } });
    expect(changed.body).toMatchObject({ metadata: { generation: 2 } });
  });
});

function ingressClass(spec: object) {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'tunnel' }, spec };
}

describe('an IngressClass', () => {
  it('names its controller for good', async () => {
    expect(await client.complaints(CLASSES, ingressClass({}))).toEqual(['spec.controller: Required value']);
    await client.post(CLASSES, ingressClass({ controller: 'example.com/one' }));

    const { body } = await client.patch('merge', `${CLASSES}/tunnel`, { spec: { controller: 'example.com/two' } });

    expect(body.message).toContain('spec.controller: Invalid value: "example.com/two": field is immutable');
  });
});
