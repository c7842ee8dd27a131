import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import {
  projectIngress,
  projectIngressClass,
  projectNamespace,
  projectService,
  withoutManagedFields,
} from '../../../src/adapters/kubernetes/projections.ts';
import type { Condition } from '../../../src/api/conditions.ts';
import type { Metadata, Service } from '../../../src/api/objects.ts';

const condition = (type: string): Condition => ({
  type,
  status: 'True',
  reason: 'Fine',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
});

/** A Service of a cluster, with fields that others have set. */
function aService(metadata: Partial<Metadata> = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'web',
      namespace: 'default',
      uid: 'uid-1',
      resourceVersion: '7',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { app: 'web' },
      ...metadata,
    },
    spec: { type: 'ClusterIP', ports: [{ name: 'http', port: 80 }] },
    status: { conditions: [condition('cftunnel.io/Exposed'), condition('LoadBalancerReady')] },
  };
}

describe('projectService', () => {
  it('keeps identity, version and ports of a Service that is not ours', () => {
    const service = { ...aService({ annotations: { 'example.com/owner': 'x' } }), status: {} };

    expect(projectService(service)).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default', resourceVersion: '7' },
      spec: { ports: [{ name: 'http', port: 80 }] },
    });
  });

  it('keeps the addresses of a web Service that is not ours', () => {
    const { spec, ...service } = aService();
    const ingress = [{ ip: '192.0.2.1', ipMode: 'VIP', ports: [] }, { hostname: 'lb.example.net' }];

    expect(
      projectService({ ...service, spec: { ...spec, clusterIP: '10.0.0.1' }, status: { loadBalancer: { ingress } } }),
    ).toMatchObject({
      spec: { ports: [{ name: 'http', port: 80 }] },
      clusterAddress: '10.0.0.1',
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { hostname: 'lb.example.net' }] } },
    });
  });

  it('keeps equal ports of Services that are not ours once', () => {
    const [one, other] = ['a', 'b'].map((name) => projectService({ ...aService({ name }), status: {} }));

    expect(one?.spec).toBe(other?.spec);
  });

  it('costs less than 400 bytes for a Service that is not ours', async () => {
    const program = join(import.meta.dirname, 'foreign-services.ts');

    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program]);

    expect(Number(stdout)).toBeGreaterThan(100);
    expect(Number(stdout)).toBeLessThan(400);
  });

  it('keeps the ports and our annotations of an exposed Service', () => {
    const annotations = { 'cftunnel.io/hostname': 'app.example.com', 'example.com/owner': 'x' };

    const projected = projectService(aService({ annotations }));

    expect(projected.metadata.annotations).toEqual({ 'cftunnel.io/hostname': 'app.example.com' });
    expect(projected.spec).toEqual({ ports: [{ name: 'http', port: 80 }] });
  });

  it.each([
    { spec: { clusterIP: 'None', ports: [] }, kept: { clusterIP: 'None', ports: [] } },
    { spec: { clusterIP: '10.0.0.1', type: 'NodePort', ports: [] }, kept: { ports: [] } },
    {
      spec: { type: 'ExternalName', externalName: 'db.example.org' },
      kept: { type: 'ExternalName', externalName: 'db.example.org', ports: [] },
    },
  ])('keeps the fields that decide how a Service is reached: $spec', ({ spec, kept }) => {
    const service = { ...aService({ annotations: { 'cfargotunnel.com/fqdn': 'a.example.com' } }), spec };

    expect(projectService(service).spec).toEqual(kept);
  });

  it.each([
    { spec: { clusterIP: '10.0.0.1', ports: [{ port: 443 }] }, kept: '10.0.0.1' },
    { spec: { clusterIP: '10.0.0.1', ports: [{ port: 8080 }] }, kept: undefined },
    { spec: { clusterIP: 'None', ports: [{ port: 443 }] }, kept: undefined },
  ])('keeps the cluster IP only of a web Service: $spec', ({ spec, kept }) => {
    const annotations = { 'cftunnel.io/hostname': 'app.example.com' };

    expect(projectService({ ...aService(), spec }).clusterAddress).toBe(kept);
    expect(projectService(projectService({ ...aService({ annotations }), spec })).clusterAddress).toBe(kept);
  });

  it('keeps only our condition', () => {
    expect(projectService(aService()).status).toEqual({ conditions: [condition('cftunnel.io/Exposed')] });
  });

  it('keeps all finalizers and the deletion time', () => {
    const metadata = { finalizers: ['a', 'cftunnel.io/finalizer'], deletionTimestamp: '2026-01-02T00:00:00Z' };

    const projected = projectService(aService(metadata));

    expect(projected.metadata).toMatchObject(metadata);
    expect(projected.spec.ports).toHaveLength(1);
  });

  it('is idempotent', () => {
    const once = projectService(aService({ annotations: { 'cftunnel.io/port': 'http' } }));

    expect(projectService(once)).toEqual(once);
  });
});

describe('projectIngress', () => {
  const ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: 'web',
      namespace: 'shop',
      labels: { app: 'web' },
      annotations: { 'cftunnel.io/tunnel': 'home', 'kubernetes.io/ingress.class': 'cftunnel', note: 'long' },
    },
    spec: {
      ingressClassName: 'cftunnel',
      rules: [{ host: 'a.example.com' }],
      tls: [{ hosts: ['a.example.com'], secretName: 'tls' }],
    },
    status: { loadBalancer: { ingress: [{ hostname: 'x' }] } },
  };

  it('keeps class, rules, secured hosts, address and our annotations', () => {
    expect(projectIngress(ingress)).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: 'web',
        namespace: 'shop',
        annotations: { 'cftunnel.io/tunnel': 'home', 'kubernetes.io/ingress.class': 'cftunnel' },
      },
      spec: { ingressClassName: 'cftunnel', rules: [{ host: 'a.example.com' }], tls: [{ hosts: ['a.example.com'] }] },
      status: { loadBalancer: { ingress: [{ hostname: 'x' }] } },
    });
  });

  it('is idempotent', () => {
    expect(projectIngress(projectIngress(ingress))).toEqual(projectIngress(ingress));
  });
});

it('projectIngressClass keeps the controller', () => {
  const metadata = { name: 'cftunnel', labels: { app: 'x' } };
  const spec = { controller: 'cftunnel.io/ingress' };

  expect(projectIngressClass({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata, spec })).toEqual({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'cftunnel' },
    spec,
  });
});

describe('projectNamespace', () => {
  it('keeps name, UID, version and labels', () => {
    const metadata = { name: 'web', uid: 'uid-1', resourceVersion: '3', labels: { team: 'a' } };
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { ...metadata, annotations: { note: 'long' } },
      spec: { finalizers: ['kubernetes'] },
    };

    expect(projectNamespace(namespace)).toEqual({ apiVersion: 'v1', kind: 'Namespace', metadata });
  });

  it('keeps the hostnames that it allows', () => {
    const allowed = { 'cftunnel.io/allowed-hostnames': '*.example.com' };
    const metadata = { name: 'web', annotations: { ...allowed, note: 'long' } };

    expect(projectNamespace({ apiVersion: 'v1', kind: 'Namespace', metadata })).toMatchObject({
      metadata: { annotations: allowed },
    });
  });
});

describe('withoutManagedFields', () => {
  it('drops only the field managers, and does not change its argument', () => {
    const metadata = { name: 'web', managedFields: [{ manager: 'kubectl' }] };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: '1' } };

    const projected = withoutManagedFields(object);

    expect(projected).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { a: '1' } });
    expect(object.metadata.managedFields).toHaveLength(1);
  });
});
