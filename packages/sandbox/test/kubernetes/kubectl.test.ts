import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KubernetesSandbox, startKubernetes } from '../../src/kubernetes/server.ts';
import { Client } from '../support/kubernetes-client.ts';
import { hasKubectl, Kubectl } from '../support/kubectl.ts';
import {
  aConfigMap,
  aDefinition,
  aDeployment,
  aPod,
  aService,
  aTunnel,
  CONFIG_MAPS,
  DEPLOYMENTS,
  objectOf,
  PODS,
} from '../support/objects.ts';

const isInstalled = hasKubectl();

let sandbox: KubernetesSandbox;
let kubectl: Kubectl;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  kubectl = new Kubectl(sandbox.kubeconfig());
  client = new Client(sandbox.url);
  const schema = objectOf({
    replicas: { type: 'integer', maximum: 25, default: 2, description: 'How many.' },
    name: { type: 'string' },
  });
  const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' };
  const additionalPrinterColumns = [{ name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas' }];
  const definition = aDefinition(schema, { subresources: { status: {}, scale }, additionalPrinterColumns });
  await client.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition);
});
afterAll(async () => {
  kubectl.remove();
  await sandbox.stop();
});

describe('the real kubectl', () => {
  if (!isInstalled) {
    it('was skipped: there is no kubectl on the PATH', () => expect(isInstalled).toBe(false));
    return;
  }

  it('applies, reports unchanged objects, and shows the difference', async () => {
    const file = kubectl.file('service.json', aService('web'));
    const first = await kubectl.run(`apply -f ${file}`);
    const again = await kubectl.run(`apply -f ${file}`);
    const changed = kubectl.file('service.json', aService('web', { ports: [{ port: 81 }] }));
    const diff = await kubectl.run(`diff -f ${changed}`);
    const third = await kubectl.run(`apply -f ${changed}`);

    expect([first, again, third].map(({ stdout }) => stdout)).toEqual([
      'service/web created\n',
      'service/web unchanged\n',
      'service/web configured\n',
    ]);
    expect([diff.code, diff.stdout]).toEqual([1, expect.stringContaining('+  - port: 81')]);
  });

  it('applies on the server side, and reports conflicts', async () => {
    const file = kubectl.file('map.json', aConfigMap('applied', { a: '1' }));
    const first = await kubectl.run(`apply --server-side -f ${file}`);
    await client.patch('merge', `${CONFIG_MAPS}/applied?fieldManager=other`, { data: { a: '2' } });
    const refused = await kubectl.run(`apply --server-side -f ${file}`);
    const forced = await kubectl.run(`apply --server-side --force-conflicts -f ${file}`);

    expect(first.stdout).toBe('configmap/applied serverside-applied\n');
    expect(refused.stderr).toContain('Apply failed with 1 conflict: conflict with "other" using v1: .data.a');
    expect(forced.code).toBe(0);
  });

  it('moves from client-side to server-side apply', async () => {
    const file = kubectl.file('moved.json', aConfigMap('moved', { a: '1', b: '2' }));
    await kubectl.run(`apply -f ${file}`);
    await kubectl.run(`apply --server-side -f ${file}`);
    const less = kubectl.file('moved.json', aConfigMap('moved', { a: '1' }));
    await kubectl.run(`apply --server-side -f ${less}`);

    expect((await client.get(`${CONFIG_MAPS}/moved`)).body['data']).toEqual({ a: '1' });
  });

  it('gets objects in every format', async () => {
    await client.post(CONFIG_MAPS, aConfigMap('shown', { key: 'value' }));
    const [plain, json, yaml, name, path, wide, missing] = await Promise.all(
      ['', ' -o json', ' -o yaml', ' -o name', ' -o jsonpath={.data.key}', ' -o wide', 'x'].map((form) =>
        kubectl.run(`get configmap shown${form}`),
      ),
    );

    expect(plain?.stdout).toMatch(/^NAME +DATA +AGE\nshown +1 +\d+s\n$/);
    expect(JSON.parse(json?.stdout ?? '')).toMatchObject({ kind: 'ConfigMap', data: { key: 'value' } });
    expect(yaml?.stdout).toContain('key: value');
    expect(name?.stdout).toBe('configmap/shown\n');
    expect(path?.stdout).toBe('value');
    expect(wide?.code).toBe(0);
    expect(missing?.stderr).toBe('Error from server (NotFound): configmaps "shownx" not found\n');
  });

  it('gets custom resources by short name, category and label, and explains them', async () => {
    await kubectl.run(`apply -f ${kubectl.file('tunnel.json', aTunnel('home', {}, { labels: { a: 'b' } }))}`);
    const short = await kubectl.run('get tn');
    const all = await kubectl.run('get all -o name');
    const labelled = await kubectl.run('get tunnels -l a=b,!c -o name');
    const explained = await kubectl.run('explain tunnel.spec.replicas');

    expect(short.stdout).toMatch(/^NAME +REPLICAS\nhome +2\n$/);
    expect(all.stdout).toContain('tunnel.example.org/home');
    expect(labelled.stdout).toBe('tunnel.example.org/home\n');
    expect(explained.stdout).toMatch(/FIELD: replicas <integer>[^]*How many\./);
  });

  it('rejects what the schema does not define or allow', async () => {
    const unknown = await kubectl.run(`apply -f ${kubectl.file('bad.json', aTunnel('bad', { bogus: 1 }))}`);
    const large = await kubectl.run(`apply -f ${kubectl.file('bad.json', aTunnel('bad', { replicas: 26 }))}`);

    expect(unknown.stderr).toContain('strict decoding error: unknown field "spec.bogus"');
    expect(large.stderr).toBe(
      'The Tunnel "bad" is invalid: spec.replicas: Invalid value: 26: spec.replicas in body should be less than or equal to 25\n',
    );
  });

  it('describes an object with its events', async () => {
    const { body } = await client.post('/api/v1/namespaces/default/services', aService('described'));
    const { kind, metadata } = body;
    await client.post('/api/v1/namespaces/default/events', {
      metadata: { name: 'described.1' },
      involvedObject: { apiVersion: 'v1', kind, namespace: 'default', name: metadata.name, uid: metadata.uid },
      type: 'Warning',
      reason: 'Careful',
      message: 'look here',
    });
    const described = await kubectl.run('describe service described');
    const events = await kubectl.run('events --for service/described');

    expect(described.stdout).toMatch(/Selector: +app=described[^]*Warning +Careful[^]*look here/);
    expect(events.stdout).toContain('look here');
  });

  it('patches, annotates, labels and scales', async () => {
    await client.post('/apis/example.org/v1/namespaces/default/tunnels', aTunnel('changed', { name: 'x' }));
    const outputs = [
      await kubectl.run('patch tunnel changed --type=merge -p', '{"spec":{"name":"y"}}'),
      await kubectl.run('annotate tunnel changed example.org/note=hi'),
      await kubectl.run('label tunnel changed a=b'),
      await kubectl.run('label tunnel changed a-'),
      await kubectl.run('scale tunnel/changed --replicas=4 --current-replicas=2'),
      await kubectl.run('patch tunnel changed --subresource=status --type=merge -p', '{"status":{"replicas":4}}'),
    ];
    const { body } = await client.get('/apis/example.org/v1/namespaces/default/tunnels/changed');

    expect(outputs.map(({ stderr }) => stderr)).toEqual(['', '', '', '', '', '']);
    expect(body).toMatchObject({
      metadata: { annotations: { 'example.org/note': 'hi' }, generation: 3 },
      spec: { name: 'y', replicas: 4 },
      status: { replicas: 4 },
    });
    expect(body.metadata.labels).toBeUndefined();
  });

  it('reports that a custom resource supports no strategic merge patch', async () => {
    const { stderr } = await kubectl.run('patch tunnel home -p', '{"spec":{}}');

    expect(stderr).toContain('application/strategic-merge-patch+json is not supported by example.org/v1, Kind=Tunnel');
  });

  it('changes Deployments by strategic merge patch and follows their rollout', async () => {
    await client.post(DEPLOYMENTS, aDeployment('rolled'));
    const image = await kubectl.run('set image deployment/rolled main=nginx:2');
    const waiting = kubectl.run('rollout status deployment/rolled --timeout=10s');
    const available = kubectl.run('wait --for=condition=Available deployment/rolled --timeout=10s');
    const status = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
    await client.patch('merge', `${DEPLOYMENTS}/rolled/status`, {
      status: { ...status, conditions: [{ type: 'Available', status: 'True' }] },
    });

    expect(image.stdout).toBe('deployment.apps/rolled image updated\n');
    expect((await waiting).stdout).toContain('deployment "rolled" successfully rolled out');
    expect((await available).stdout).toBe('deployment.apps/rolled condition met\n');
  });

  it('replaces, deletes and waits for completion', async () => {
    const file = kubectl.file('replaced.json', aConfigMap('replaced', { a: '2' }));
    await client.post(CONFIG_MAPS, aConfigMap('replaced', { a: '1' }, { finalizers: ['example.org/hold'] }));
    const replaced = await kubectl.run(`replace -f ${file}`);
    await client.patch('merge', `${CONFIG_MAPS}/replaced`, { metadata: { finalizers: ['example.org/hold'] } });
    const deleting = kubectl.run('delete configmap replaced --timeout=10s');
    const watch = await client.watch(`${CONFIG_MAPS}?watch=true&fieldSelector=metadata.name%3Dreplaced`);
    while ((await watch.next())?.object.metadata.deletionTimestamp === undefined);
    await client.patch('merge', `${CONFIG_MAPS}/replaced`, { metadata: { finalizers: null } });
    watch.close();

    expect(replaced.stdout).toBe('configmap/replaced replaced\n');
    expect(await deleting).toMatchObject({ code: 0, stdout: 'configmap "replaced" deleted\n' });
  });

  it('creates with generators, which send protobuf', async () => {
    const outputs = await Promise.all([
      kubectl.run('create namespace generated'),
      kubectl.run('create secret generic generated --from-literal=a=b'),
      kubectl.run('create configmap generated --from-literal=a=b'),
      kubectl.run('create serviceaccount generated'),
      kubectl.run('create deployment generated --image=nginx --replicas=0 --port=80'),
      kubectl.run('create role generated --verb=get --resource=pods'),
    ]);
    const secret = await kubectl.run('get secret generated -o jsonpath={.data.a}');
    const deployment = await client.get(`${DEPLOYMENTS}/generated`);

    expect(outputs.map(({ stderr }) => stderr)).toEqual(['', '', '', '', '', '']);
    expect(secret.stdout).toBe('Yg==');
    expect(deployment.body['spec']).toMatchObject({
      replicas: 0,
      template: { spec: { containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }] }] } },
    });
  });

  it('prints logs', async () => {
    await client.post(PODS, aPod('talking'));
    sandbox.podLogs = () => ['one', 'two'];
    const { stdout } = await kubectl.run('logs talking --tail=1');

    expect(stdout).toBe('two\n');
  });

  it('shows the user and its permissions, also for a ServiceAccount', async () => {
    await kubectl.run('create serviceaccount reader');
    await kubectl.run('create role reader --verb=get --resource=configmaps --resource-name=one');
    await kubectl.run('create rolebinding reader --role=reader --serviceaccount=default:reader');
    const as = '--as=system:serviceaccount:default:reader';

    expect((await kubectl.run('auth whoami')).stdout).toContain('system:masters');
    expect((await kubectl.run(`auth whoami ${as}`)).stdout).toContain('system:serviceaccounts:default');
    expect((await kubectl.run(`auth can-i get configmaps/one ${as}`)).stdout).toBe('yes\n');
    expect((await kubectl.run(`auth can-i get configmaps/two ${as}`)).stdout).toBe('no\n');
    expect((await kubectl.run(`auth can-i --list ${as}`)).stdout).toMatch(/^configmaps +\[\] +\[one\] +\[get\]$/m);
    expect((await kubectl.run('create token reader --duration=1h')).stdout).toMatch(/^ey[\w-]+\.ey[\w-]+\.[\w-]+$/);
  });
});
