import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { freePort } from 'cftunnel-sandbox/testing/free-port';
import { type Kind, type KubeObject, keyOf } from '../support/kube-client.ts';
import { manifestsIn } from '../support/manifests.ts';
import { NEEDS_SANDBOX, inSandbox } from '../support/world-needs.ts';
import { namespace, secret, service, tunnel } from '../support/world-objects.ts';
import { becomes, exposed, gone, ready } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';

/** Every kind in which the operator or its objects could leave a secret. */
const KINDS: readonly Kind[] = [
  'ConfigMap',
  'Event',
  'Namespace',
  'Pod',
  'Service',
  'ServiceAccount',
  'Deployment',
  'ReplicaSet',
  'PodDisruptionBudget',
  'NetworkPolicy',
  'Lease',
  'Tunnel',
];
const RESTRICTED = { 'pod-security.kubernetes.io/enforce': 'restricted' };

const metricsPort = await freePort();

/** Every Tunnel here is in a namespace that admits only restricted Pods. */
const world = useWorld({ flags: ['--drift-interval=2s', `--metrics-bind-address=127.0.0.1:${metricsPort}`] });

/** Everything that may appear only in Secrets. */
const markers = new Map<string, string>();
const looks: string[] = [];

beforeAll(() => void plant('token', world.cloudflare.token));

/** Remembers a secret as plain text and in base64. */
function plant(name: string, text: string): string {
  markers.set(name, text);
  markers.set(`${name} in base64`, Buffer.from(text).toString('base64').replace(/=+$/, ''));
  return text;
}

async function plantTunnelSecret(key: string): Promise<void> {
  const { data = {} } = await world.kube.get('Secret', `${key}-cloudflared-credentials`);
  const { TunnelSecret } = JSON.parse(atob(data['credentials.json'] ?? '')) as { readonly TunnelSecret: string };
  plant(`secret of ${key}`, TunnelSecret);
  plant(`connector token of ${key}`, atob(data['token'] ?? ''));
}

/** Collects everything visible at this moment, because an error may appear only briefly. */
async function look(): Promise<void> {
  const objects = await Promise.all(KINDS.map((kind) => world.kube.list(kind)));
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  looks.push(JSON.stringify(objects), metrics);
}

async function furnish(name: string, credentials: Readonly<Record<string, string>>): Promise<void> {
  await world.kube.create(namespace(name, RESTRICTED));
  await world.kube.create(secret(`${name}/cloudflare`, credentials));
  await world.kube.create(tunnel(`${name}/home`, { replicas: 1 }));
}

function replaceToken(name: string, token: string): Promise<KubeObject> {
  const data = { CLOUDFLARE_API_TOKEN: Buffer.from(token).toString('base64') };
  return world.kube.patch('Secret', `${name}/cloudflare`, { data });
}

function newToken(name: string, permissions?: readonly string[]): string {
  const accounts = [world.cloudflare.accountId];
  return plant(name, world.cloudflare.admin.addToken({ accounts, ...(permissions && { permissions }) }));
}

describe('a namespace that admits only restricted Pods', () => {
  it('accepts the connectors, and the Service is exposed', async () => {
    await furnish('vault', { CLOUDFLARE_API_TOKEN: world.cloudflare.token });
    await world.kube.create(service('vault/web', { tunnel: 'home', hostname: 'vault.example.com' }));

    await exposed(world, 'vault/web', ['vault.example.com']);
    await plantTunnelSecret('vault/home');
    await look();

    expect((await ready(world, 'vault/home')).status).toMatchObject({ readyReplicas: 1 });
  });

  it(
    `accepts the Pod of the operator${NEEDS_SANDBOX}`,
    inSandbox(async () => {
      await world.kube.apply(operatorsOwnDeployment());

      const [pod] = await eventually(async () => {
        const pods = await world.kube.list('Pod', 'cftunnel-system');
        expect(pods).toHaveLength(1);
        return pods;
      });

      expect(pod?.spec?.['serviceAccountName']).toBe('cftunnel-operator');
      expect((await world.kube.get('Namespace', 'cftunnel-system')).metadata.labels).toMatchObject(RESTRICTED);
    }),
  );
});

function operatorsOwnDeployment(): KubeObject {
  const deployment = manifestsIn().find(({ kind }) => kind === 'Deployment');
  if (deployment === undefined) throw new Error('deploy/ has no Deployment');
  return deployment;
}

describe('a Secret', () => {
  it('with an API key and its e-mail address works', async () => {
    const email = 'someone@example.com';
    const key = plant('API key', world.cloudflare.admin.addApiKey({ email }));
    const CLOUDFLARE_ACCOUNT_ID = world.cloudflare.accountId;
    await furnish('keyed', { CLOUDFLARE_API_KEY: key, CLOUDFLARE_EMAIL: email, CLOUDFLARE_ACCOUNT_ID });

    expect((await ready(world, 'keyed/home')).status).toHaveProperty('tunnelId');

    await plantTunnelSecret('keyed/home');
    await look();
  });

  it('with a revoked token is refused, and its replacement is used within a minute without a restart', async () => {
    world.cloudflare.admin.revokeToken(world.cloudflare.token);
    await becomes(world, ['Tunnel', 'vault/home'], 'CredentialsReady', { status: 'False' }, SLOW);
    await look();

    await replaceToken('vault', newToken('successor'));
    const used = becomes(world, ['Tunnel', 'vault/home'], 'CredentialsReady', { status: 'True' }, MINUTE);

    await expect(used).resolves.toBeDefined();
    await look();
  });

  it('without permission is refused', async () => {
    await replaceToken('vault', newToken('weak token', ['Zone Read']));

    const refused = becomes(world, ['Tunnel', 'vault/home'], 'CredentialsReady', { status: 'False' }, SLOW);

    await expect(refused).resolves.toBeDefined();
    await look();
    await replaceToken('vault', newToken('third token'));
    await becomes(world, ['Tunnel', 'vault/home'], 'CredentialsReady', { status: 'True' }, MINUTE);
  });

  it.each([
    { how: 'a page of HTML', name: 'paged', headers: { 'content-type': 'text/html' }, body: (text: string) => text },
    {
      how: 'an error message',
      name: 'worded',
      headers: {},
      body: (text: string) => ({ success: false, errors: [{ code: 1001, message: text }], messages: [], result: null }),
    },
  ])('that is echoed in $how is redacted', async ({ name, headers, body }) => {
    const token = newToken(`token of ${name}`);
    const text = `<html>we do not like ${token}</html>`;
    const effect = { kind: 'reply', status: 500, headers, body: body(text) } as const;
    const fault = world.cloudflare.faults.add({ effect });
    await furnish(name, { CLOUDFLARE_API_TOKEN: token });
    await eventually(() => expect(fault.fired()).toBeGreaterThan(3));
    await becomes(world, ['Tunnel', `${name}/home`], 'Ready', { status: 'False' });
    await look();

    fault.remove();
    await ready(world, `${name}/home`, SLOW);
    await look();
  });

  // Invariants 14, 22.
  it('appears nowhere but in Secrets, even after everything is deleted', async () => {
    for (const key of (await world.kube.list('Tunnel')).map(keyOf)) {
      await world.kube.delete('Tunnel', key);
      await gone(world, 'Tunnel', key, SLOW);
    }
    await look();
    const seen = [...looks, JSON.stringify(world.operator.process.logs)].join('\n');

    expect([...markers].filter(([, text]) => seen.includes(text)).map(([name]) => name)).toEqual([]);
    expect(markers.size).toBeGreaterThanOrEqual(18);
  });
});

const SLOW = { everyMs: 50 };
const MINUTE = { everyMs: 50 };
