import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubeApi } from '../../src/kubernetes/api.ts';
import { ENDPOINT_SLICES, PODS, SERVICES } from '../../src/kubernetes/controllers/resources.ts';
import { type ClusterDns, startClusterDns } from '../../src/kubelet/cluster-dns.ts';
import { type Cluster, startCluster } from '../controllers/cluster.ts';
import { eventually } from '../controllers/eventually.ts';
import { aContainer, aPod, aService } from '../controllers/objects.ts';
import { HEALTH, ScriptedImage } from './scripted-image.ts';

let app: ScriptedImage;
let cluster: Cluster;
let api: KubeApi;
let dns: ClusterDns;

beforeEach(async () => {
  app = new ScriptedImage();
  cluster = await startCluster({ images: [app], timeScale: 50 });
  ({ api } = cluster);
  dns = startClusterDns(api, cluster.kubelet);
});

afterEach(async () => {
  dns.stop();
  await cluster.stop();
});

function createPod(name: string, port: number): void {
  const container = aContainer({ ports: [{ name: 'http', containerPort: port }], readinessProbe: HEALTH });
  api.create(PODS, aPod(name, { containers: [container] }, { labels: { app: 'web' } }));
}

describe('the cluster DNS', () => {
  it.each([
    'web.default.svc.cluster.local:80',
    'web.default.svc.cluster.local.:80',
    'web.default.svc:80',
    'web.default:80',
    'Web.Default.svc',
  ])('resolves %s to a ready Pod behind the port of the Service', async (host) => {
    createPod('web-1', 8080);
    api.create(SERVICES, aService('web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] }));

    await eventually(api, ENDPOINT_SLICES, () =>
      expect(dns.resolveService(host)).toEqual({ kind: 'address', address: '127.0.0.1:18080' }),
    );
  });

  it.each([
    'nobody.default.svc:80',
    'web.elsewhere.svc:80',
    'web',
    'example.com',
    '10.0.0.1:80',
    'a.b.c.example.com:80',
  ])('does not resolve %s', async (host) => {
    createPod('web-1', 8080);
    api.create(SERVICES, aService('web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] }));
    await eventually(api, ENDPOINT_SLICES, () =>
      expect(dns.resolveService('web.default.svc:80')).toEqual({ kind: 'address', address: '127.0.0.1:18080' }),
    );

    expect(dns.resolveService(host)).toEqual({ kind: 'unknown-host' });
  });

  it('balances over all ready Pods', async () => {
    createPod('web-1', 8080);
    createPod('web-2', 9090);
    api.create(SERVICES, aService('web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] }));
    const seen = new Set<string>();

    await eventually(api, ENDPOINT_SLICES, () => {
      for (let i = 0; i < 200; i += 1) seen.add(JSON.stringify(dns.resolveService('web.default.svc:80')));
      expect([...seen].filter((answer) => answer.includes('address'))).toHaveLength(2);
    });
  });

  it('reports a Service without endpoints, and an unknown port', async () => {
    app.ready = false;
    createPod('web-1', 8080);
    api.create(SERVICES, aService('web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] }));
    await eventually(api, ENDPOINT_SLICES, () =>
      expect(dns.resolveService('web.default.svc:80')).toEqual({ kind: 'no-endpoints' }),
    );

    app.ready = true;
    await eventually(api, ENDPOINT_SLICES, () =>
      expect(dns.resolveService('web.default.svc:80')).toEqual({ kind: 'address', address: '127.0.0.1:18080' }),
    );
    expect(dns.resolveService('web.default.svc:81')).toEqual({ kind: 'no-endpoints' });

    app.ready = false;
    await eventually(api, ENDPOINT_SLICES, () =>
      expect(dns.resolveService('web.default.svc:80')).toEqual({ kind: 'no-endpoints' }),
    );
  });

  it('resolves a headless name to the Pods and their own port', async () => {
    createPod('web-1', 8080);
    const spec = { clusterIP: 'None', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] };
    api.create(SERVICES, aService('web', spec));

    await eventually(api, ENDPOINT_SLICES, () =>
      expect(dns.resolveService('web.default.svc:8080')).toEqual({ kind: 'address', address: '127.0.0.1:18080' }),
    );
    expect(dns.resolveService('web.default.svc:80')).toEqual({ kind: 'no-endpoints' });
  });

  it('resolves an ExternalName to its host', async () => {
    api.create(SERVICES, aService('web', { type: 'ExternalName', externalName: 'origin.example.com' }));

    await eventually(api, SERVICES, () =>
      expect(dns.resolveService('web.default.svc:443')).toEqual({ kind: 'address', address: 'origin.example.com:443' }),
    );
  });
});
