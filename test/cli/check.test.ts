import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { VERSION } from '../../src/version.ts';
import { manifestsIn } from '../support/manifests.ts';
import { shared } from '../support/shared.ts';
import { namespace, secret, tunnel } from '../support/world-objects.ts';
import { startCliWorld } from './a-cli.ts';

const cli = shared(startCliWorld);

beforeAll(async () => {
  const { kube } = cli;
  const install = new Set(['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Deployment']);
  for (const object of manifestsIn().filter(({ kind }) => install.has(kind))) await kube.apply(object);
  await kube.patchStatus('Deployment', 'cftunnel-system/cftunnel-operator', {
    status: { replicas: 1, readyReplicas: 1 },
  });
  await kube.create(namespace('shop'));
  await kube.create(secret('shop/cloudflare', { CLOUDFLARE_API_TOKEN: cli.token }));
  await kube.create(tunnel('shop/home'));
  const lastTransitionTime = '2026-01-01T00:00:00Z';
  const ready = { type: 'Ready', status: 'True', reason: 'Ready', message: 'All parts are ready', lastTransitionTime };
  await kube.patchStatus('Tunnel', 'shop/home', { status: { readyReplicas: 2, conditions: [ready] } });
  await lead();
});

/** A leader renews its Lease while it is watched. */
async function lead(): Promise<void> {
  const [name, home] = ['cftunnel-operator', 'cftunnel-system'];
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace: home } };
  await cli.kube.create({ ...lease, spec: { holderIdentity: 'a' } });
  let seconds = 0;
  cli.whilePausing(() => {
    seconds += 1;
    const renewTime = new Date(1_800_000_000_000 + seconds * 1000).toISOString().replace('Z', '000Z');
    return cli.kube.patch('Lease', `${home}/${name}`, { spec: { renewTime } });
  });
}

// Invariant 42.
describe('check', () => {
  it('finds nothing wrong where all is well', async () => {
    const { code, out, err } = await cli.run('check', '-n', 'shop');

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.replace(/v1\.\d+\.\d+\S*/, 'VERSION')).toBe(
      [
        'Cluster',
        '  ok       Kubernetes VERSION answers',
        '  ok       Tunnels (cftunnel.io/v1alpha1) are installed',
        '',
        'Your rights in namespace shop',
        '  ok       You may use every command',
        '',
        'Operator',
        `  ok       Deployment cftunnel-system/cftunnel-operator, version ${VERSION}: 1 of 1 ready`,
        '  ok       It holds its Lease and works',
        '  ok       ServiceAccount cftunnel-system/cftunnel-operator has every right that it needs',
        '',
        'Tunnel shop/home',
        '  ok       It is ready',
        "  ok       2 of 2 connectors are connected to Cloudflare's edge",
        '',
        'Tunnel shop/home, token',
        '  ok       Cloudflare Tunnel: it reads the tunnels of the account',
        '  ok       Zone: it sees example.com',
        '  ok       DNS: it reads the records of example.com',
        '  unknown  Only reads were tried. Whether it may write shows in the conditions of the Tunnel: PermissionMissing names what is missing',
        '',
        'Nothing is wrong.',
        '',
      ].join('\n'),
    );
  });

  it('tries the token only by reads, and prints none of it', async () => {
    const before = cli.cloudflare.calls.entries.length;

    const { out } = await cli.run('check', '-A', '-o', 'json');

    const calls = cli.cloudflare.calls.entries.slice(before);
    expect(calls.length).toBeGreaterThan(0);
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(out).not.toContain(cli.token);
  });

  it('names the permission that a token lacks, and exits with 1', async () => {
    cli.cloudflare.admin.setPermissions(cli.token, ['Zone Read']);

    const { code, out } = await cli.run('check', '-n', 'shop');

    expect(code).toBe(1);
    expect(out).toMatch(/ {2}failed {3}.*"Cloudflare Tunnel Write"/);
    expect(out).toMatch(/ {2}failed {3}.*"DNS Write"/);
    expect(out).toContain('\n2 problems.\n');
  });

  it('has the documented shape as JSON', async () => {
    const { out } = await cli.run('check', '-n', 'default', '-o', 'json');

    expect(JSON.parse(out)).toMatchObject({
      apiVersion: 'cli.cftunnel.io/v1',
      kind: 'Check',
      isHealthy: true,
      findings: expect.arrayContaining([
        { subject: 'Tunnels', status: 'unknown', message: 'There is none in namespace default. All namespaces: -A' },
      ]),
    });
  });

  it('ends early where Tunnels are not installed', async () => {
    await cli.kube.delete('CustomResourceDefinition', 'tunnels.cftunnel.io');
    await eventually(() => expect(cli.kube.list('Tunnel')).rejects.toThrow('404'));

    const { code, out } = await cli.run('check');

    expect(code).toBe(1);
    expect(out).toContain(
      '  failed   Tunnels are not installed. Install the operator: kubectl apply -k deploy, or helm install\n',
    );
    expect(out).not.toContain('Operator');
  });
});

it('says why a cluster does not answer', async () => {
  await cli.kubernetes.stop();

  const { code, out } = await cli.run('check');

  expect(code).toBe(1);
  expect(out).toMatch(/ {2}failed {3}Cannot ask the API server for its version: no answer from the Kubernetes API/);
});
