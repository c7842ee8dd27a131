/** The Gateway API as an operator serves it that is limited to one namespace. */
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { freePort } from 'cftunnel-sandbox/testing/free-port';
import {
  describeWithGatewayApi,
  gateway,
  gatewayClass,
  httpRoute,
  installGatewayApi,
  ruleTo,
} from '../support/gateway-api.ts';
import { DEPLOY_FOLDER, manifestsIn, objectsIn } from '../support/manifests.ts';
import { runOperator } from '../support/operator-process.ts';
import { useWorld } from '../support/shared.ts';
import { secret, service } from '../support/world-objects.ts';
import { becomes, gone, ready, recordAt, rulesOf } from '../support/world-views.ts';

const HOME = 'cftunnel-system';
const NAMESPACED = join(DEPLOY_FOLDER, 'namespaced');
const HOST = 'app.example.com';
const health = `127.0.0.1:${await freePort()}`;

/** The manifests that a cluster administrator has applied before. */
const BEFORE = manifestsIn().filter(({ kind }) => kind === 'CustomResourceDefinition' || kind === 'Namespace');

const world = useWorld({
  flags: [`--watch-namespace=${HOME}`, '--gateway-api=true', `--health-bind-address=${health}`],
  manifests: [...BEFORE, ...manifestsIn(NAMESPACED)],
  lacksRights: true,
});

describeWithGatewayApi('an operator of one namespace that is to serve the Gateway API', () => {
  beforeAll(async () => {
    await world.kube.create(secret(`${HOME}/cloudflare`, { CLOUDFLARE_API_TOKEN: world.cloudflare.token }));
    await world.kube.create(service(`${HOME}/web`));
    await world.addNamespace('elsewhere');
    await installGatewayApi(world);
    await world.kube.create(
      gatewayClass('cftunnel', { group: '', kind: 'Secret', name: 'cloudflare', namespace: HOME }),
    );
    for (const key of [`${HOME}/edge`, 'elsewhere/edge']) await world.kube.create(gateway(key));
    await world.kube.create(httpRoute(`${HOME}/site`, { hostnames: [HOST], rules: [ruleTo({ web: 1 })] }));
  });

  it('says which rights it lacks', async () => {
    await eventually(async () =>
      expect(await readiness()).toMatch(/^not watched: gatewayclasses: .*cannot list resource "gatewayclasses"/m),
    );
    expect(world.operator.process.logs).toContainEqual(
      expect.objectContaining({ message: 'A watch failed and is retried', kind: 'gatewayclasses' }),
    );
  });

  it('serves Gateways and routes of its namespace as soon as it has them, without a restart', async () => {
    for (const object of objectsIn(join(NAMESPACED, 'gateway-api.yaml'))) await world.kube.apply(object);

    await becomes(world, ['GatewayClass', 'cftunnel'], 'Accepted', { status: 'True' });
    await ready(world, `${HOME}/edge`);
    await becomes(world, ['Gateway', `${HOME}/edge`], 'Programmed', { status: 'True' });
    await eventually(() => expect(recordAt(world, HOST)).toBeDefined());
    expect(await rulesOf(world, `${HOME}/edge`)).toContainEqual({
      hostname: HOST,
      service: `http://web.${HOME}.svc:80`,
    });
    expect(await readiness()).not.toContain('gateway');
  });

  it('leaves Gateways of other namespaces alone', async () => {
    await world.settled();

    expect((await world.kube.get('Gateway', 'elsewhere/edge')).status?.['addresses']).toBeUndefined();
    expect(await world.kube.find('Tunnel', 'elsewhere/edge')).toBeUndefined();
  });

  it('uses no right that it lacks, and leaves a class that another release has described', async () => {
    const { status } = await world.kube.get('GatewayClass', 'cftunnel');
    await world.kube.patchStatus('GatewayClass', 'cftunnel', {
      status: { ...status, supportedFeatures: [{ name: 'HTTPRoute' }] },
    });
    const before = world.authorizations?.entries.length ?? 0;

    expect((await world.writesAfterRestart()).kubernetes).toEqual([]);
    const asked = world.authorizations?.entries.slice(before) ?? [];
    expect(asked.filter(({ isAllowed }) => !isAllowed)).toEqual([]);
  });

  it('frees the routes when it is uninstalled', async () => {
    await world.kube.delete('GatewayClass', 'cftunnel');
    const flags = world.operator.flags.filter((flag) => flag.startsWith('--kubeconfig='));
    const { code } = await runOperator(['uninstall', `--watch-namespace=${HOME}`, '--gateway-api=true', ...flags]);

    expect(code).toBe(0);
    await gone(world, 'Tunnel', `${HOME}/edge`);
    expect((await world.kube.get('HTTPRoute', `${HOME}/site`)).metadata.finalizers ?? []).toEqual([]);
    expect(recordAt(world, HOST)).toBeUndefined();
  });
});

async function readiness(): Promise<string> {
  return (await fetch(`http://${health}/readyz`)).text();
}
