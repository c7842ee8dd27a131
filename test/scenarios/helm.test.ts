/** The chart from the first install to the last uninstall, with the real helm. The operator runs as a pod of the sandbox. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { visit } from 'cftunnel-sandbox/testing/visit';
import { type HelmWorld, startHelmWorld } from '../support/helm-world.ts';
import { describeWith } from '../support/programs.ts';
import { service, whoami, withPods } from '../support/world-objects.ts';

const HOST = 'app.example.com';
const CRD = 'tunnels.cftunnel.io';
const DEPLOYMENT = 'cftunnel-system/cftunnel-operator';
const INSTALL = ['install', 'cftunnel', 'CHART', '--create-namespace', '--wait', '--timeout=110s'];
const UPGRADE = ['upgrade', 'cftunnel', 'CHART', '--reset-then-reuse-values', '--wait', '--timeout=110s'];
const UNINSTALL = ['uninstall', 'cftunnel', '--timeout=110s'];

// Invariant 35.
describeWith('helm', 'the chart', (program) => {
  let world: HelmWorld;

  beforeAll(async () => {
    world = await startHelmWorld(program);
    await world.kube.create(whoami('default/web'));
    await world.kube.create(withPods(service('default/web')));
  });
  afterAll(() => world.stop());

  it('serves a first hostname after helm install and one annotation', async () => {
    await succeeds(world, ...INSTALL, ...world.values, ...firstTunnel(world.token));
    await world.kube.annotate('Service', 'default/web', { 'cftunnel.io/tunnel': 'home', 'cftunnel.io/hostname': HOST });

    await eventually(async () => expect((await visit(world.sandbox.edge.url, HOST)).status).toBe(200));
  });

  it('changes the first Tunnel and the operator with an upgrade, without replacing the Tunnel', async () => {
    const before = await world.kube.get('Tunnel', 'default/home');
    const output = await succeeds(world, ...UPGRADE, '--set=tunnel.spec.replicas=3,flags.logLevel=debug');
    const after = await world.kube.get('Tunnel', 'default/home');

    expect(output).toContain('kubectl -n default wait tunnel/home --for=condition=Ready');
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.spec).toMatchObject({ replicas: 3 });
    expect((await visit(world.sandbox.edge.url, HOST)).status).toBe(200);
    await eventually(() => expect(logs(world)).toContain('"level":"debug"'));
  });

  it('does not remove an operator that has not cleaned up, and says what remains', async () => {
    await succeeds(world, ...UPGRADE, '--set=uninstall.timeout=1s,replicas=0');

    const { code, output } = await world.helm(...UNINSTALL);

    expect(code).toBe(1);
    expect(output).toContain('Not finished after 1 s. Still waiting for:');
    expect(output).toContain('Tunnel default/home: the operator has not started to clean it up. Is it running?');
    expect(await world.kube.find('Deployment', DEPLOYMENT)).toBeDefined();
  });

  it('removes everything but the definition when helm uninstall is run again', async () => {
    await world.kube.patch('Deployment', DEPLOYMENT, { spec: { replicas: 1 } });
    await eventually(async () => expect(await world.kube.find('Tunnel', 'default/home')).toBeUndefined());

    const output = await succeeds(world, ...UNINSTALL);

    expect(output).toContain('No Tunnel is left, and no Service, Ingress or route has the finalizer of the operator');
    expect(output).toContain(`[CustomResourceDefinition] ${CRD}`);
    expect(await leftovers(world)).toEqual({ record: undefined, finalizers: [], deployment: undefined, jobs: [] });
    expect((await world.kube.get('CustomResourceDefinition', CRD)).metadata.annotations).toMatchObject({
      'cftunnel.io/allow-delete': 'false',
    });
  });

  it('is installed again beside the definition, and keeps sites up when it is removed', async () => {
    const keeping = '--set=uninstall.keepTunnels=true';
    await succeeds(world, ...INSTALL, ...world.values, ...firstTunnel(world.token), keeping);
    await eventually(async () => expect((await visit(world.sandbox.edge.url, HOST)).status).toBe(200));

    const output = await succeeds(world, ...UNINSTALL);

    expect(output).toContain('Tunnel default/home: handed over: its connectors, tunnel and records are kept');
    expect((await visit(world.sandbox.edge.url, HOST)).status).toBe(200);
    expect(await leftovers(world)).toEqual({
      record: expect.anything(),
      finalizers: [],
      deployment: undefined,
      jobs: [],
    });
  });
});

function firstTunnel(token: string): readonly string[] {
  return [`--set=tunnel.create=true,tunnel.name=home,tunnel.namespace=default,tunnel.credentials.apiToken=${token}`];
}

async function succeeds(world: HelmWorld, ...args: readonly string[]): Promise<string> {
  const { code, output } = await world.helm(...args);
  if (code !== 0) throw new Error(`helm ${args[0]} ended with ${code}: ${output}`);
  return output;
}

function logs({ sandbox }: HelmWorld): string {
  const pods = sandbox.kubelet.pods().filter(({ namespace }) => namespace === 'cftunnel-system');
  return pods.flatMap(({ namespace, name }) => sandbox.kubelet.logs(namespace, name)).join('\n');
}

async function leftovers({ kube, sandbox }: HelmWorld): Promise<unknown> {
  const { finalizers = [] } = (await kube.get('Service', 'default/web')).metadata;
  return {
    record: sandbox.cloudflare.admin.records('example.com').find(({ name }) => name === HOST),
    finalizers,
    deployment: await kube.find('Deployment', DEPLOYMENT),
    jobs: sandbox.kubernetes.api.list({ group: 'batch', version: 'v1', plural: 'jobs' }),
  };
}
