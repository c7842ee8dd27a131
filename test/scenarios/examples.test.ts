import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadAll } from 'js-yaml';
import { type KubeObject, keyOf } from '../support/kube-client.ts';
import { secret } from '../support/world-objects.ts';
import { EXPOSED, type IngressRule, becomes, ready, recordAt, rulesOf } from '../support/world-views.ts';
import { useWorld } from '../support/shared.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples');
const FOLDERS = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** The rules of each example's Tunnel, without the catch-all. */
const RULES: Readonly<Record<string, readonly IngressRule[]>> = {
  '01-first-exposure': [{ hostname: 'app.example.com', service: 'http://web.default.svc:80' }],
  '02-hostname-from-domain': [{ hostname: 'blog.example.com', service: 'http://blog.default.svc:80' }],
  '03-default-tunnel': [
    { hostname: 'shop.example.com', service: 'http://shop.default.svc:80' },
    { hostname: 'www.example.com', service: 'http://shop.default.svc:80' },
  ],
  '04-https-origin': [{ hostname: 'api.example.com', service: 'https://api.default.svc:8443' }],
  '05-shared-tunnel': [{ hostname: 'portal.example.com', service: 'http://portal.team-a.svc:80' }],
  '06-two-hostnames': [
    { hostname: 'handbook.example.com', service: 'http://handbook.default.svc:80' },
    { hostname: 'handbook.example.org', service: 'http://handbook.default.svc:80' },
  ],
  '07-paths': [
    { hostname: 'store.example.com', path: '^/healthz$', service: 'http://store-tools.default.svc:8081' },
    { hostname: 'store.example.com', path: '^/api(/|$)', service: 'http://store-api.default.svc:8080' },
    { hostname: 'store.example.com', path: '^/assets/.+\\.(css|js)$', service: 'http://store-tools.default.svc:80' },
    { hostname: 'store.example.com', service: 'http://storefront.default.svc:80' },
  ],
  '08-private-ca': [
    {
      hostname: 'wiki.example.com',
      service: 'https://wiki.default.svc:443',
      originRequest: {
        originServerName: 'wiki.internal',
        caPool: expect.stringMatching(/^\/etc\/cloudflared\/config\/ca-[0-9a-f]{32}\.pem$/),
      },
    },
  ],
  '09-ssh': [
    { hostname: 'postgres.example.com', service: 'tcp://postgres.default.svc:5432' },
    { hostname: 'ssh.example.com', service: 'ssh://bastion.default.svc:22' },
  ],
  '10-wildcard': [
    { hostname: 'dashboard.example.org', service: 'http://dashboard.default.svc:80' },
    { hostname: '*.example.org', service: 'http://previews.default.svc:80' },
  ],
  '11-balance-requests': [
    {
      hostname: 'render.example.com',
      service: 'http://render.default.svc:80',
      originRequest: { keepAliveConnections: -1 },
    },
  ],
  '12-token-rotation': [{ hostname: 'mail.example.com', service: 'http://mail.default.svc:80' }],
  '13-token-mode': [{ hostname: 'chat.example.com', service: 'http://chat.default.svc:80' }],
};

const world = useWorld({ cluster: startClusterWithNode });

describe('an example', () => {
  it.concurrent.each(FOLDERS)('works as written: %s', async (folder) => {
    const objects = objectsIn(join(EXAMPLES, folder));
    const ofKind = (kind: string): readonly string[] => objects.filter((object) => object.kind === kind).map(keyOf);
    for (const object of objects) await world.kube.apply(object);
    for (const key of ofKind('Tunnel')) await giveToken(key);
    if (ofKind('Deployment').length === 0) await runPods(objects.filter(({ kind }) => kind === 'Service'));

    for (const key of ofKind('Tunnel')) await ready(world, key);
    for (const key of ofKind('Service'))
      await becomes(world, ['Service', key], EXPOSED, { status: 'True', reason: 'Exposed' });

    const rules = (await Promise.all(ofKind('Tunnel').map((key) => rulesOf(world, key)))).flat();
    expect(rules.filter(({ hostname }) => hostname !== undefined)).toEqual(RULES[folder]);
    for (const { hostname = '' } of RULES[folder] ?? []) expect(recordAt(world, hostname)).toBeDefined();
  });

  it.each(FOLDERS)('is explained: %s', (folder) => {
    expect(readFileSync(join(EXAMPLES, folder, 'README.md'), 'utf8')).toMatch(/^# .+\n\n[^]{80}/);
  });
});

/** Every object in the YAML files of a folder, in the order of `kubectl apply -f`. */
function objectsIn(folder: string): readonly KubeObject[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.toSorted().flatMap((file) => loadAll(readFileSync(join(folder, file), 'utf8')) as KubeObject[]);
}

/** Most examples do not include what runs behind their Services. */
async function runPods(services: readonly KubeObject[]): Promise<void> {
  const containers = [{ name: 'app', image: 'traefik/whoami:v1.11.0' }];
  for (const { metadata, spec } of services) {
    const labels = spec?.['selector'] as Readonly<Record<string, string>>;
    await world.kube.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, annotations: {}, labels },
      spec: { containers },
    });
  }
}

/** Creates the token, which no example contains. */
async function giveToken(tunnel: string): Promise<void> {
  const [namespace = ''] = tunnel.split('/');
  await world.kube.apply(secret(`${namespace}/cloudflare`, { CLOUDFLARE_API_TOKEN: world.cloudflare.token }));
}
