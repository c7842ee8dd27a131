import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/kubernetes/json.ts';
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

describe('Deployment', () => {
  it('gets the defaults of the real server', async () => {
    const probe = { httpGet: { port: 80 } };
    const env = [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }];
    const deployment = aDeployment('defaults', { readinessProbe: probe, env, ports: [{ containerPort: 80 }] });
    const { template } = deployment['spec'] as { template: { spec: JsonObject } };
    template.spec['volumes'] = [{ name: 'v', secret: { secretName: 's' } }];
    const { body } = await client.post(DEPLOYMENTS, deployment);

    expect(body['spec']).toEqual({
      replicas: 1,
      selector: { matchLabels: { app: 'defaults' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      template: {
        metadata: { labels: { app: 'defaults' } },
        spec: {
          containers: [
            {
              name: 'main',
              image: 'nginx',
              imagePullPolicy: 'Always',
              resources: {},
              terminationMessagePath: '/dev/termination-log',
              terminationMessagePolicy: 'File',
              ports: [{ containerPort: 80, protocol: 'TCP' }],
              env: [{ name: 'POD', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } }],
              readinessProbe: {
                httpGet: { path: '/', port: 80, scheme: 'HTTP' },
                timeoutSeconds: 1,
                periodSeconds: 10,
                successThreshold: 1,
                failureThreshold: 3,
              },
            },
          ],
          volumes: [{ name: 'v', secret: { secretName: 's', defaultMode: 420 } }],
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: 30,
          dnsPolicy: 'ClusterFirst',
          securityContext: {},
          schedulerName: 'default-scheduler',
        },
      },
    });
  });

  it.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['nginx:1.25', 'IfNotPresent'],
    ['localhost:5000/nginx', 'Always'],
    [`nginx@sha256:${'a'.repeat(64)}`, 'IfNotPresent'],
  ])('pulls %s: %s', async (image, imagePullPolicy) => {
    const { body } = await client.post(`${DEPLOYMENTS}?dryRun=All`, aDeployment('pull', { image }));

    expect(body['spec']).toMatchObject({ template: { spec: { containers: [{ imagePullPolicy }] } } });
  });

  it.each<[string, JsonObject, JsonObject, string]>([
    ['no selector', {}, { selector: null }, 'spec.selector: Required value'],
    [
      'a selector that misses its own Pods',
      {},
      { selector: { matchLabels: { app: 'other' } } },
      'spec.template.metadata.labels: Invalid value: {"app":"bad"}: `selector` does not match template `labels`',
    ],
    ['negative replicas', {}, { replicas: -1 }, 'spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ['no image', { image: '' }, {}, 'spec.template.spec.containers[0].image: Required value'],
    [
      'a bad container name',
      { name: 'A' },
      {},
      expect.stringContaining('spec.template.spec.containers[0].name: Invalid value: "A"') as unknown as string,
    ],
    [
      'a mount without volume',
      { volumeMounts: [{ name: 'v', mountPath: '/v' }] },
      {},
      'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ],
    [
      'port 70000',
      { ports: [{ containerPort: 70000 }] },
      {},
      'spec.template.spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ],
    [
      'a quantity that is none',
      { resources: { limits: { cpu: 'much' } } },
      {},
      expect.stringContaining('resources.limits[cpu]') as unknown as string,
    ],
    [
      'an unknown strategy',
      {},
      { strategy: { type: 'X' } },
      'spec.strategy.type: Unsupported value: "X": supported values: "Recreate", "RollingUpdate"',
    ],
    [
      'a strategy that cannot move',
      {},
      { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } },
      'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
    ],
  ])('is rejected for %s', async (_case, container, spec, complaint) => {
    expect(await client.complaints(DEPLOYMENTS, aDeployment('bad', container, spec))).toContainEqual(complaint);
  });

  it('keeps its selector', async () => {
    await client.post(DEPLOYMENTS, aDeployment('selector'));
    const { status, body } = await client.patch('json', `${DEPLOYMENTS}/selector`, [
      { op: 'replace', path: '/spec/selector/matchLabels', value: { app: 'other' } },
      { op: 'replace', path: '/spec/template/metadata/labels', value: { app: 'other' } },
    ]);

    expect(status).toBe(422);
    expect(body.message).toContain('spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable');
  });

  it('scales, and shows its selector as text', async () => {
    await client.post(DEPLOYMENTS, aDeployment('scaled'));
    const { body } = await client.patch('merge', `${DEPLOYMENTS}/scaled/scale`, { spec: { replicas: 3 } });

    expect(body).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 3 },
      status: { replicas: 0, selector: 'app=scaled' },
    });
  });
});

describe('Pod', () => {
  it('starts as Pending, with a quality of service and a ServiceAccount', async () => {
    const { body } = await client.post(PODS, aPod('new'));

    expect(body).toMatchObject({
      spec: { serviceAccountName: 'default', enableServiceLinks: true },
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    });
  });

  it('can be bound once and get another image, but not other changes', async () => {
    await client.post(PODS, aPod('fixed'));
    const bound = await client.patch('merge', `${PODS}/fixed`, { spec: { nodeName: 'n1' } });
    const moved = await client.patch('merge', `${PODS}/fixed`, { spec: { nodeName: 'n2' } });
    const image = await client.patch('strategic', `${PODS}/fixed`, {
      spec: { containers: [{ name: 'main', image: 'nginx:2' }] },
    });
    const args = await client.patch('strategic', `${PODS}/fixed`, {
      spec: { containers: [{ name: 'main', args: ['x'] }] },
    });

    expect([bound.status, moved.status, image.status, args.status]).toEqual([200, 422, 200, 422]);
  });

  it('shows the lines that its kubelet keeps', async () => {
    await client.post(PODS, aPod('talking'));
    sandbox.podLogs = (namespace, pod, container) => [`${namespace}/${pod}/${container}`, 'two', 'three'];
    const all = await client.get(`${PODS}/talking/log`);
    const tail = await client.get(`${PODS}/talking/log?tailLines=1&container=main&follow=true`);
    const wrong = await client.get(`${PODS}/talking/log?container=nope`);

    expect(all.text).toBe('default/talking/main\ntwo\nthree\n');
    expect(tail.text).toBe('three\n');
    expect([wrong.status, wrong.body.message]).toEqual([400, 'container nope is not valid for pod talking']);
  });

  it('shows the lines of a sidecar', async () => {
    const initContainers = [{ name: 'proxy', image: 'nginx', restartPolicy: 'Always' }];
    const containers = ['one', 'two'].map((name) => ({ name, image: 'nginx' }));
    await client.post(PODS, aPod('helped', { initContainers, containers }));
    sandbox.podLogs = (_namespace, _pod, container) => [`lines of ${container}`];

    const lines = await client.get(`${PODS}/helped/log?container=proxy`);
    const unclear = await client.get(`${PODS}/helped/log`);

    expect(lines.text).toBe('lines of proxy\n');
    expect(unclear.body.message).toBe(
      'a container name must be specified for pod helped, choose one of: [proxy one two]',
    );
  });
});
