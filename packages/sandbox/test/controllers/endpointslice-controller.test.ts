import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubeApi } from '../../src/kubernetes/api.ts';
import { ENDPOINT_SLICES, PODS, SERVICES } from '../../src/kubernetes/controllers/resources.ts';
import type { Endpoint, EndpointSlice } from '../../src/kubernetes/controllers/services.ts';
import { HEALTH, ScriptedImage } from '../kubelet/scripted-image.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { eventually } from './eventually.ts';
import { aContainer, aPod, aService, change } from './objects.ts';

const WEB = { metadata: { labels: { app: 'web' } } };

let app: ScriptedImage;
let cluster: Cluster;
let api: KubeApi;

beforeEach(async () => {
  app = new ScriptedImage();
  cluster = await startCluster({ images: [app], timeScale: 20 });
  ({ api } = cluster);
});

afterEach(async () => {
  await cluster.stop();
});

function slices(): EndpointSlice[] {
  return api.list(ENDPOINT_SLICES, 'default') as EndpointSlice[];
}

/** `pod:ready` of every endpoint. */
function endpoints(): string[] {
  const all = slices().flatMap((slice) => slice.endpoints);
  return all.map(({ targetRef, conditions }) => `${targetRef.name}:${conditions.ready}`).toSorted();
}

function createPod(name: string, port: number, labels: Record<string, string> = WEB.metadata.labels): void {
  const container = aContainer({
    ports: [{ name: 'http', containerPort: port }],
    readinessProbe: { ...HEALTH, periodSeconds: 1 },
  });
  api.create(PODS, aPod(name, { containers: [container] }, { labels }));
}

describe('the EndpointSlice controller', () => {
  it('lists the ready Pods that a Service selects, with their addresses', async () => {
    createPod('web-1', 8080);
    createPod('other', 8080, { app: 'other' });
    api.create(SERVICES, aService('web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] }));

    await eventually(api, ENDPOINT_SLICES, () => expect(endpoints()).toEqual(['web-1:true']));

    const [slice] = slices();
    expect(slice?.metadata.labels?.['kubernetes.io/service-name']).toBe('web');
    expect(slice?.endpoints[0]?.addresses).toEqual([cluster.kubelet.pods().find(({ name }) => name === 'web-1')?.ip]);
    expect(slice?.ports).toEqual([{ name: '', protocol: 'TCP', port: 8080 }]);
  });

  it('resolves named target ports for each Pod', async () => {
    createPod('web-1', 8080);
    createPod('web-2', 9090);
    const ports = [{ name: 'public', port: 80, targetPort: 'http' }];
    api.create(SERVICES, aService('web', { selector: { app: 'web' }, ports }));

    await eventually(api, ENDPOINT_SLICES, () => expect(endpoints()).toEqual(['web-1:true', 'web-2:true']));

    const numbers = slices().map(({ endpoints: [first], ports: [port] }) => [
      first?.targetRef.name,
      port?.name,
      port?.port,
    ]);
    expect(new Set(numbers)).toEqual(
      new Set([
        ['web-1', 'public', 8080],
        ['web-2', 'public', 9090],
      ]),
    );
  });

  it('is updated when Pods become ready or not ready, or are deleted', async () => {
    app.ready = false;
    createPod('web-1', 8080);
    api.create(SERVICES, aService('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }));
    await eventually(api, ENDPOINT_SLICES, () => expect(endpoints()).toEqual(['web-1:false']));

    app.ready = true;
    await eventually(api, ENDPOINT_SLICES, () => expect(endpoints()).toEqual(['web-1:true']));
    app.ready = false;
    await eventually(api, ENDPOINT_SLICES, () => expect(endpoints()).toEqual(['web-1:false']));
    api.delete(PODS, 'default', 'web-1');
    await eventually(api, ENDPOINT_SLICES, () => expect(endpoints()).toEqual([]));
  });

  it('marks a Pod that is being deleted as not ready while it drains', async () => {
    const drained = Promise.withResolvers<void>();
    app.drained = drained.promise;
    createPod('web-1', 8080);
    api.create(SERVICES, aService('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }));
    await eventually(api, ENDPOINT_SLICES, () => expect(endpoints()).toEqual(['web-1:true']));

    api.delete(PODS, 'default', 'web-1');

    await eventually(api, ENDPOINT_SLICES, () =>
      expect(slices()[0]?.endpoints[0]?.conditions).toEqual({ ready: false, serving: true, terminating: true }),
    );
    drained.resolve();
  });

  it('lists Pods that are not ready as ready if the Service publishes them', async () => {
    app.ready = false;
    createPod('web-1', 8080);
    const spec = { selector: { app: 'web' }, ports: [{ port: 80 }], publishNotReadyAddresses: true };
    api.create(SERVICES, aService('web', spec));

    await eventually(api, ENDPOINT_SLICES, () => expect(endpoints()).toEqual(['web-1:true']));
    expect(slices()[0]?.endpoints[0]?.conditions.serving).toBe(false);
  });

  it('finds a named port of a sidecar, but not of an init container that ends', async () => {
    const sidecar = aContainer({ name: 'a', restartPolicy: 'Always', ports: [{ name: 'a', containerPort: 1 }] });
    const setup = aContainer({ name: 'b', ports: [{ name: 'b', containerPort: 2 }] });
    api.create(PODS, aPod('web-1', { initContainers: [sidecar, setup] }, WEB.metadata));
    const ports = ['a', 'b'].map((name, index) => ({ name, port: index + 1, targetPort: name, appProtocol: 'h2c' }));
    api.create(SERVICES, aService('web', { selector: { app: 'web' }, ports: ports.map((port) => ({ ...port })) }));

    await eventually(api, ENDPOINT_SLICES, () => expect(endpoints()).toEqual(['web-1:true']));

    expect(slices()[0]?.ports).toEqual([{ name: 'a', protocol: 'TCP', port: 1, appProtocol: 'h2c' }]);
  });

  it('marks those of a headless Service, whose Pods may have names of their own', async () => {
    const spec = { containers: [aContainer()], hostname: 'one', subdomain: 'web' };
    api.create(PODS, aPod('web-1', spec, WEB.metadata));
    api.create(SERVICES, aService('web', { selector: { app: 'web' }, clusterIP: 'None' }));

    await eventually(api, ENDPOINT_SLICES, () => expect(endpoints()).toEqual(['web-1:true']));

    const [slice] = slices();
    expect(slice?.metadata.labels).toHaveProperty(['service.kubernetes.io/headless'], '');
    expect(slice?.endpoints[0]?.hostname).toBe('one');
    expect(slice?.ports).toEqual([]);
  });

  it('follows a changed selector and deletes unneeded slices', async () => {
    createPod('web-1', 8080);
    createPod('other', 9090, { app: 'other' });
    const ports = [{ port: 80, targetPort: 'http' }];
    api.create(SERVICES, aService('web', { selector: { app: 'web' }, ports }));
    await eventually(api, ENDPOINT_SLICES, () => expect(endpoints()).toEqual(['web-1:true']));

    change(api, SERVICES, 'web', (service) => ({
      ...service,
      spec: { ...(service['spec'] as object), selector: { app: 'other' } },
    }));

    await eventually(api, ENDPOINT_SLICES, () => {
      expect(endpoints()).toEqual(['other:true']);
      expect(slices()).toHaveLength(1);
    });
  });

  it('follows changed labels of Pods', async () => {
    createPod('web-1', 8080);
    api.create(SERVICES, aService('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }));
    await eventually(api, ENDPOINT_SLICES, () => expect(endpoints()).toEqual(['web-1:true']));
    // Once a later Service has its slice, only the Pod can wake the controller.
    api.create(SERVICES, aService('later', { selector: { app: 'later' }, ports: [{ port: 80 }] }));
    await eventually(api, ENDPOINT_SLICES, () => expect(slices()).toHaveLength(2));

    change(api, PODS, 'web-1', (pod) => ({ ...pod, metadata: { ...pod.metadata, labels: { app: 'quarantine' } } }));

    await eventually(api, ENDPOINT_SLICES, () => expect(endpoints()).toEqual([]));
  });

  it('ignores Services without a selector', async () => {
    api.create(SERVICES, aService('external', { ports: [{ port: 80 }] }));
    api.create(SERVICES, aService('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }));

    await eventually(api, ENDPOINT_SLICES, () => expect(slices()).not.toEqual([]));

    expect(slices().map((slice) => slice.metadata.labels?.['kubernetes.io/service-name'])).toEqual(['web']);
  });

  it('keeps slices that others create for a Service', async () => {
    const metadata = { name: 'by-hand', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } };
    const byHand = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata,
      addressType: 'IPv4',
      endpoints: [],
    };
    api.create(ENDPOINT_SLICES, byHand);
    api.create(SERVICES, aService('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }));
    createPod('web-1', 8080);

    await eventually(api, ENDPOINT_SLICES, () => expect(endpoints()).toEqual(['web-1:true']));

    expect(slices().map((slice) => slice.metadata.name)).toContain('by-hand');
  });

  it('is deleted with its Service', async () => {
    api.create(SERVICES, aService('web', { selector: { app: 'web' }, ports: [{ port: 80 }] }));
    await eventually(api, ENDPOINT_SLICES, () => expect(slices()).toHaveLength(1));

    api.delete(SERVICES, 'default', 'web');

    await eventually(api, ENDPOINT_SLICES, () => expect(slices()).toEqual([]));
  });

  it('writes about one slice each for a thousand Services that are created at once', async () => {
    createPod('web-1', 8080);
    for (let i = 0; i < 1_000; i += 1) {
      const selector = { app: i % 100 === 0 ? 'web' : `app-${i}` };
      api.create(SERVICES, aService(`service-${i}`, { selector, ports: [{ port: 80 }] }));
    }

    let writes = 0;
    const seen = new Map<string, readonly Endpoint[]>();
    await new Promise<void>((resolve) => {
      const unwatch = api.watch(ENDPOINT_SLICES, (_type, slice) => {
        writes += 1;
        seen.set(slice.metadata.name, (slice as EndpointSlice).endpoints);
        const ready = [...seen.values()].flat().filter(({ conditions }) => conditions.ready);
        if (seen.size < 1_000 || ready.length < 10) return;
        unwatch();
        resolve();
      });
    });

    expect(writes).toBeLessThanOrEqual(1_050);
  });
});
