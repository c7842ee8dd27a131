import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { runOperator } from '../support/operator-process.ts';
import { DEPLOY_FOLDER, manifestsIn } from '../support/manifests.ts';
import { secret, service, tunnel } from '../support/world-objects.ts';
import { becomes, exposed, ready, recordAt } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const HOME = 'cftunnel-system';

/** The manifests that a cluster administrator has applied before. */
const BEFORE = manifestsIn().filter(({ kind }) => kind === 'CustomResourceDefinition' || kind === 'Namespace');
const NAMESPACED = manifestsIn(join(DEPLOY_FOLDER, 'namespaced'));

const world = useWorld({
  flags: [`--watch-namespace=${HOME}`],
  manifests: [...BEFORE, ...NAMESPACED],
  lacksRights: true,
});

beforeAll(async () => {
  await world.kube.create(secret(`${HOME}/cloudflare`, { CLOUDFLARE_API_TOKEN: world.cloudflare.token }));
});

describe('an operator with a Role in one namespace', () => {
  it('does its main job there, from the first Tunnel to the last object, without a rejected request', async () => {
    await world.kube.create(tunnel(`${HOME}/home`, { replicas: 1 }));
    await world.kube.create(service(`${HOME}/web`, { tunnel: 'home', hostname: 'app.example.com' }));
    await exposed(world, `${HOME}/web`, ['app.example.com']);
    await ready(world, `${HOME}/home`);
    await world.kube.patch('Tunnel', `${HOME}/home`, { spec: { suspend: true } });
    const message = 'spec.suspend is true, so the operator changes nothing';
    await becomes(world, ['Tunnel', `${HOME}/home`], 'Ready', { status: 'Unknown', reason: 'Suspended', message });
    await world.kube.patch('Tunnel', `${HOME}/home`, { spec: { suspend: false } });
    await ready(world, `${HOME}/home`);
    const kubeconfig = world.operator.flags.filter((flag) => flag.startsWith('--kubeconfig='));
    const { code, stdout } = await runOperator(['uninstall', `--watch-namespace=${HOME}`, ...kubeconfig]);

    expect(stdout).toContain(`The CustomResourceDefinition is kept, because namespaces other than ${HOME} may use it`);
    expect(code).toBe(0);
    expect(await world.kube.find('Tunnel', `${HOME}/home`)).toBeUndefined();
    expect(recordAt(world, 'app.example.com')).toBeUndefined();
    expect(world.authorizations?.entries.filter(({ isAllowed }) => !isAllowed) ?? []).toEqual([]);
  });

  it('ignores other namespaces', async () => {
    await world.addNamespace('elsewhere');
    await world.kube.create(tunnel('elsewhere/home'));
    await world.kube.create(tunnel(`${HOME}/second`, { replicas: 0, allowedRoutes: { namespaces: { from: 'All' } } }));
    await world.kube.create(service('elsewhere/web', { tunnel: `${HOME}/second`, hostname: 'other.example.com' }));
    await becomes(world, ['Tunnel', `${HOME}/second`], 'CredentialsReady', { status: 'True' });
    await world.settled();

    expect((await world.kube.get('Tunnel', 'elsewhere/home')).status?.conditions).toBeUndefined();
    expect((await world.kube.get('Service', 'elsewhere/web')).metadata.finalizers).toBeUndefined();
  });

  it('reports that it needs a cluster name, which it may not read', async () => {
    const flags = world.operator.flags.filter((flag) => !flag.startsWith('--cluster-name'));

    const { code, stderr } = await runOperator(flags);

    expect(code).toBe(1);
    expect(stderr).toContain('namespace kube-system may not be read: set --cluster-name');
  });
});
