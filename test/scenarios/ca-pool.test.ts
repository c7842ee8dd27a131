import { beforeAll, describe, expect, it } from '@jest/globals';
import { aKeyPair } from 'cftunnel-sandbox/testing/certificates';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import type { KubeObject } from '../support/kube-client.ts';
import { NO_WRITES } from '../support/world-activity.ts';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { secret, service, tunnel, whoami, withPods } from '../support/world-objects.ts';
import { EXPOSED, becomes, exposed, ready, rulesOf } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

const HTTPS = [{ port: 443, targetPort: 80 }];
const [GOOD, OTHER] = await Promise.all([aKeyPair('web.shop.svc'), aKeyPair('web.shop.svc')]);

const world = useWorld({ flags: ['--drift-interval=1s'] });

/** A Service with HTTPS and a certificate of its own CA, and one that needs none. */
beforeAll(async () => {
  await world.addNamespace('shop');
  await world.kube.create(tunnel('shop/home', { replicas: 1 }));
  await world.kube.create(secret('shop/web-tls', { 'tls.crt': GOOD.cert, 'tls.key': GOOD.key }));
  await world.kube.create(withTls(whoami('shop/web'), 'web-tls'));
  await world.kube.create(service('shop/plain', { tunnel: 'home', hostname: 'plain.example.com' }));
  await exposed(world, 'shop/plain', ['plain.example.com']);
});

describe('certificates that a Service refers to and that do not exist', () => {
  // Invariant 20.
  it('hold back only its route, and are reported as missing', async () => {
    const asks = { tunnel: 'home', hostname: 'secure.example.com', 'origin-ca-pool': 'our-ca' };
    await world.kube.create(withPods(service('shop/web', asks, HTTPS)));

    await isRefused(
      /^ca-pool of secure\.example\.com: namespace shop has neither a ConfigMap nor a Secret named "our-ca"\. Create one/,
    );
    expect(await hostnames()).toEqual(['plain.example.com']);
    await eventually(async () =>
      expect((await ready(world, 'shop/home')).status?.['routes']).toEqual({ attached: 1, refused: 1 }),
    );
  });

  it('are used as soon as they exist', async () => {
    await world.kube.create(configMap({ 'ca.crt': `# our own authority\n${GOOD.cert}` }));

    await exposed(world, 'shop/web', ['secure.example.com']);

    expect(Object.values(await caFiles())).toEqual([`${GOOD.cert.trim()}\n`]);
    const rule = (await rulesOf(world, 'shop/home')).find(({ hostname }) => hostname === 'secure.example.com');
    expect(rule).toMatchObject({
      service: 'https://web.shop.svc:443',
      originRequest: { caPool: `/etc/cloudflared/config/${Object.keys(await caFiles())[0]}` },
    });
  });

  it(
    `make the connectors trust the Service${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      await eventually(async () => expect((await world.edge.get('secure.example.com')).status).toBe(200));
    }),
  );
});

describe('certificates in use', () => {
  it('cost no write while they are unchanged, nor at a restart', async () => {
    expect(await world.writesAfterRestart()).toEqual(NO_WRITES);
  });

  // Invariant 20.
  it('are kept when a private key replaces them, and the key is never published, even across a restart', async () => {
    const before = await caFiles();
    await world.kube.patch('ConfigMap', 'shop/our-ca', { data: { 'ca.crt': GOOD.cert + GOOD.key } });

    await isRefused(
      /key ca\.crt, contains a block of type PRIVATE KEY.*\(still served: https:\/\/secure\.example\.com\)$/,
    );
    await world.writesAfterRestart();
    await isRefused(/still served/);

    expect(await caFiles()).toEqual(before);
    expect(await hostnames()).toContain('secure.example.com');
  });

  it(
    `roll the connectors when they change: the previous CA is no longer trusted${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      await world.kube.patch('ConfigMap', 'shop/our-ca', { data: { 'ca.crt': OTHER.cert } });

      await eventually(async () => expect((await world.edge.get('secure.example.com')).status).toBe(502));
      expect(Object.values(await caFiles())).toEqual([`${OTHER.cert.trim()}\n`]);
    }),
  );

  it('are removed from the connectors when no route refers to them', async () => {
    await world.kube.annotate('Service', 'shop/web', { 'cftunnel.io/origin-ca-pool': null });

    await eventually(async () => expect(await caFiles()).toEqual({}));
  });
});

async function isRefused(message: RegExp): Promise<void> {
  const expected = { status: 'False', reason: 'InvalidAnnotation', message };
  await becomes(world, ['Service', 'shop/web'], EXPOSED, expected);
}

async function hostnames(): Promise<readonly (string | undefined)[]> {
  return (await rulesOf(world, 'shop/home')).flatMap(({ hostname }) => hostname ?? []);
}

/** The certificate files next to the rules. */
async function caFiles(): Promise<Readonly<Record<string, string>>> {
  const { data = {} } = await world.kube.get('ConfigMap', 'shop/home-cloudflared');
  return Object.fromEntries(Object.entries(data).filter(([name]) => name.endsWith('.pem')));
}

function configMap(data: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'our-ca', namespace: 'shop' }, data };
}

/** A web server with a certificate from a Secret. */
function withTls(deployment: KubeObject, secretName: string): KubeObject {
  const spec = structuredClone(deployment.spec) as { template: { spec: { containers: object[] } } };
  const [container] = spec.template.spec.containers;
  const tls = { args: ['-cert=/tls/tls.crt', '-key=/tls/tls.key'], volumeMounts: [{ name: 'tls', mountPath: '/tls' }] };
  const pod = { containers: [{ ...container, ...tls }], volumes: [{ name: 'tls', secret: { secretName } }] };
  return { ...deployment, spec: { ...spec, template: { ...spec.template, spec: pod } } };
}
