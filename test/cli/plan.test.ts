import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dump } from 'js-yaml';
import type { KubeObject } from '../support/kube-client.ts';
import { shared } from '../support/shared.ts';
import { namespace, secret, service, tunnel } from '../support/world-objects.ts';
import { type Run, startCliWorld } from './a-cli.ts';

const cli = shared(startCliWorld);
const TARGET = '11111111-2222-4333-8444-555555555555';

beforeAll(async () => {
  const { kube } = cli;
  await kube.create(namespace('shop'));
  await kube.create(namespace('staff'));
  await kube.create(secret('shop/cloudflare', { CLOUDFLARE_API_TOKEN: cli.token }));
  await kube.create(tunnel('shop/home', { allowedRoutes: { namespaces: { from: 'All' } } }));
  await kube.patchStatus('Tunnel', 'shop/home', { status: { tunnelId: TARGET, tunnelName: 'prod/shop/home' } });
  await kube.create(service('shop/web', { hostname: 'app.example.com', tunnel: 'home' }));
  record('app.example.com');
});

function record(name: string, comment = 'cftunnel.io owner=prod/shop/home'): void {
  const target = { type: 'CNAME', content: `${TARGET}.cfargotunnel.com`, proxied: true, ttl: 1 };
  cli.cloudflare.admin.addRecord('example.com', { name, ...target, comment });
}

function plan(objects: readonly KubeObject[], ...flags: readonly string[]): Promise<Run> {
  return cli.runWithInput(
    objects.map((object) => dump(object, { skipInvalid: true })).join('---\n'),
    'plan',
    '-f',
    '-',
    ...flags,
  );
}

async function askCloudflare(method: string, path: string, body: object): Promise<{ readonly id: string }> {
  const headers = { authorization: `Bearer ${cli.token}`, 'content-type': 'application/json' };
  const response = await fetch(`${cli.cloudflare.url}${path}`, { method, headers, body: JSON.stringify(body) });
  return ((await response.json()) as { readonly result: { readonly id: string } }).result;
}

// Invariant 42.
describe('a plan', () => {
  it('that changes nothing says so, and exits with 0', async () => {
    expect(await plan([service('shop/web', { hostname: 'app.example.com', tunnel: 'home' })])).toEqual({
      code: 0,
      out: 'Nothing would change.\n',
      err: '',
    });
  });

  it('says who may enter, and fails for what everybody could where that is demanded', async () => {
    const asks = { hostname: 'app.example.com', tunnel: 'home', access: 'office,infra/staff' };
    const list = '[{path: /a, access: office}, {path: /b}]';
    const open = service('shop/open', { tunnel: 'home', hostname: 'open.example.com' });
    const mixed = service('shop/mixed', {
      tunnel: 'home',
      routes: list.replaceAll('path', 'hostname: m.example.com, path'),
    });

    expect((await plan([service('shop/web', { ...asks, access: 'office' })])).out).toContain(
      '~ rule    app.example.com -> http://web.shop.svc:80 (Service shop/web) for shop/office, before: open\n',
    );
    expect(await plan([service('shop/web', { ...asks, access: 'office' })], '--require-access')).toMatchObject({
      code: 3,
    });
    const demanded = await plan([open, mixed], '--require-access');
    expect(demanded.code).toBe(1);
    expect(demanded.out).toContain('AccessRequired Service shop/open: open.example.com has no Access');
    expect(demanded.out).toContain('AccessRequired Service shop/mixed: m.example.com/b has no Access');
    expect(demanded.out).not.toContain('m.example.com/a has no Access');
  });

  it('lists new, changed and removed rules and records, and exits with 3', async () => {
    const objects = [
      service('shop/web', { hostname: 'www.example.com', tunnel: 'home' }),
      service('shop/api', { hostname: 'www.example.com', path: '/api', tunnel: 'home' }, [{ port: 8080 }]),
    ];

    expect(await plan(objects)).toEqual({
      code: 3,
      err: '',
      out: [
        'Tunnel shop/home (its connectors are replaced, one at a time)',
        '  + rule    www.example.com/api -> http://api.shop.svc:8080 (Service shop/api)',
        '  + rule    www.example.com -> http://web.shop.svc:80 (Service shop/web)',
        '  - rule    app.example.com -> http://web.shop.svc:80 (Service shop/web)',
        '  - record  app.example.com (zone example.com)',
        `  + record  www.example.com CNAME ${TARGET}.cfargotunnel.com (zone example.com)`,
        '',
        'Plan: rules: 2 to add, 1 to remove; records: 1 to add, 1 to remove.',
        '',
      ].join('\n'),
    });
  });

  it('says what would be refused and why, and exits with 1', async () => {
    const { code, out } = await plan([
      service('staff/web', { hostname: 'app.example.com', tunnel: 'shop/home' }),
      service('staff/typo', { hostname: 'blog.example.com', tunnel: 'shop/home', pth: '/x' }),
    ]);

    expect(code).toBe(1);
    expect(out).toContain('Refused:\n');
    expect(out).toContain(
      '  InvalidAnnotation Service staff/typo: cftunnel.io/pth: unknown annotation, did you mean cftunnel.io/path?\n',
    );
    expect(out).toMatch(/ {2}HostnameConflict Service staff\/web: .*Service shop\/web/);
    expect(out).toContain('Nothing would change. 2 problems.\n');
  });

  it('finds a record of somebody else at a new hostname', async () => {
    cli.cloudflare.admin.addRecord('example.com', {
      name: 'taken.example.com',
      type: 'A',
      content: '192.0.2.1',
      ttl: 1,
    });

    const { code, out } = await plan([service('shop/taken', { hostname: 'taken.example.com', tunnel: 'home' })]);

    expect(code).toBe(1);
    expect(out).toMatch(/ {2}RecordConflict Service shop\/taken: .*taken\.example\.com \(A 192\.0\.2\.1\)/);
  });

  describe('for a Tunnel whose rules are at Cloudflare', () => {
    const nas = { hostname: 'nas.example.com', service: 'http://10.0.0.5:80' };
    let remote: Parameters<typeof tunnel>[1];

    beforeAll(async () => {
      const path = `/accounts/${cli.accountId}/cfd_tunnel`;
      const { id } = await askCloudflare('POST', path, {
        name: 'elder',
        config_src: 'cloudflare',
        tunnel_secret: Buffer.alloc(32, 'e').toString('base64'),
      });
      await askCloudflare('PUT', `${path}/${id}/configurations`, {
        config: { ingress: [nas, { service: 'http_status:404' }] },
      });
      remote = { existingTunnel: { id }, accountId: cli.accountId, configMode: 'Remote' };
      await cli.kube.create(tunnel('shop/elder', remote));
    });

    it('finds a rule of others for a new hostname, which then gets no record', async () => {
      const { code, out } = await plan([
        service('shop/nas', { hostname: 'nas.example.com', tunnel: 'elder' }),
        service('shop/new', { hostname: 'new.example.com', tunnel: 'elder' }),
      ]);

      expect(code).toBe(1);
      expect(out).toMatch(
        / {2}HostnameConflict Service shop\/nas: .*another rule for it at Cloudflare \(nas\.example\.com -> http:\/\/10\.0\.0\.5:80\)/,
      );
      expect(out).toContain('Plan: rules: 1 to add; records: 1 to add. 1 problem.\n');
    });

    it('foresees that the rule goes if the Tunnel may replace it', async () => {
      const { code, out } = await plan([
        tunnel('shop/elder', { ...remote, existingRules: 'Replace' }),
        service('shop/nas', { hostname: 'nas.example.com', tunnel: 'elder' }),
      ]);

      expect(code).toBe(3);
      expect(out).toContain('+ rule    nas.example.com -> http://nas.shop.svc:80 (Service shop/nas)\n');
    });
  });

  it('keeps what is live although an edit breaks it', async () => {
    const { code, out } = await plan([service('shop/web', { hostname: 'app.example.com', tunnel: 'home', port: 'x' })]);

    expect(code).toBe(1);
    expect(out).not.toContain('- rule');
    expect(out).toMatch(/ {2}PortNotFound Service shop\/web: /);
  });

  it('creates a Tunnel together with its routes', async () => {
    const { code, out } = await plan([
      tunnel('staff/new'),
      secret('staff/cloudflare', { CLOUDFLARE_API_TOKEN: 'from-the-file-it-is-not-read' }),
      service('staff/web', { hostname: 'blog.example.com', tunnel: 'new' }),
    ]);

    expect(code).toBe(3);
    expect(out).toContain('Tunnel staff/new\n  + tunnel\n  + rule    blog.example.com -> http://web.staff.svc:80');
    expect(out).toContain(
      'Note: Records of Tunnel staff/new were not compared: Secret staff/cloudflare does not exist\n',
    );
    expect(out).not.toContain('from-the-file');
  });

  it('names the fields of a Tunnel that change, and no values', async () => {
    const { out } = await plan([
      tunnel('shop/home', { replicas: 4, cloudflared: { extraEnv: [{ name: 'SECRET', value: 'hush' }] } }),
    ]);

    expect(out).toContain('  ~ spec.cloudflared.extraEnv\n  ~ spec.replicas\n');
    expect(out).not.toContain('hush');
  });

  it('ignores objects that decide about nothing, and says how many', async () => {
    const pods = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } };

    const { out } = await plan([pods]);

    expect(out).toBe('Note: 1 object of other kinds in the files ignored\n\nNothing would change.\n');
  });

  it('prints the documented shape as JSON', async () => {
    const { out } = await plan([service('shop/api', { hostname: 'api.example.com', tunnel: 'home' })], '-o', 'json');

    expect(JSON.parse(out)).toEqual({
      apiVersion: 'cli.cftunnel.io/v1',
      kind: 'Plan',
      hasChanges: true,
      tunnels: [
        {
          tunnel: 'shop/home',
          isNew: false,
          isSuspended: false,
          fields: [],
          replacesConnectors: true,
          rules: [
            {
              kind: 'add',
              claim: 'api.example.com',
              source: 'shop/api',
              origin: 'http://api.shop.svc:80',
            },
          ],
          records: [
            { kind: 'add', name: 'api.example.com', zone: 'example.com', content: `${TARGET}.cfargotunnel.com` },
          ],
        },
      ],
      problems: [],
      warnings: [],
      notes: [],
      ignoredObjects: 0,
    });
  });

  it('never writes, neither to the cluster nor to Cloudflare', async () => {
    const before = { kubernetes: cli.kubernetes.calls.entries.length, cloudflare: cli.cloudflare.calls.entries.length };

    await plan([service('shop/api', { hostname: 'api.example.com', tunnel: 'home' })]);

    const calls = [
      ...cli.kubernetes.calls.entries.slice(before.kubernetes),
      ...cli.cloudflare.calls.entries.slice(before.cloudflare),
    ];
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(['GET']));
  });
});

describe('without a cluster', () => {
  it('compares with the objects in a file, and asks nobody', async () => {
    const file = join(cli.folder, 'state.yaml');
    const items = [tunnel('shop/home'), service('shop/web', { hostname: 'app.example.com', tunnel: 'home' })];
    await writeFile(file, dump({ apiVersion: 'v1', kind: 'List', items }));
    const calls = cli.kubernetes.calls.entries.length;
    const web = service('shop/web', { hostname: 'app.example.com', tunnel: 'home', port: '80' });
    const { namespace: _, ...metadata } = web.metadata;

    const { code, out } = await plan([{ ...web, metadata }], '--cluster-state', file, '-n', 'shop');

    expect(code).toBe(0);
    expect(out).toContain(
      'Note: Records, and rules of others at Cloudflare, were not compared, because --cluster-state asks nobody\n',
    );
    expect(cli.kubernetes.calls.entries).toHaveLength(calls);
  });
});

describe('files that cannot be used', () => {
  it.each([
    ['no file', ['plan'], 'give the files to apply: -f FILE', 2],
    ['a missing one', ['plan', '-f', '/nowhere.yaml'], '/nowhere.yaml: there is no such file or folder', 1],
  ])('%s', async (_, args, message, code) => {
    expect(await cli.run(...args)).toEqual({ code, out: '', err: `cftunnel: ${message}\n` });
  });

  it.each([
    ['a: b: c', /^cftunnel: standard input: bad indentation of a mapping entry \(1:5\)\n$/],
    ['just text', /^cftunnel: standard input: document 1 is not an object\n$/],
    ['kind: Service', /^cftunnel: standard input: document 1 has no apiVersion or no kind\n$/],
    ['{apiVersion: v1, kind: Service}', /^cftunnel: standard input: document 1 \(Service\) has no metadata\.name\n$/],
    ['', /^cftunnel: the files contain no objects\n$/],
  ])('%j', async (text, message) => {
    const { code, err } = await cli.runWithInput(text, 'plan', '-f', '-');

    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(message) });
  });
});

it('reads no more for a thousand hostnames than for one', async () => {
  const objects = Array.from({ length: 1000 }, (_, n) =>
    service(`shop/s${n}`, { hostname: `s${n}.example.com`, tunnel: 'home' }),
  );
  const before = cli.kubernetes.calls.entries.length + cli.cloudflare.calls.entries.length;

  const { code, out } = await plan(objects);

  expect(code).toBe(3);
  expect(out).toContain('Plan: rules: 1000 to add; records: 1000 to add.');
  expect(cli.kubernetes.calls.entries.length + cli.cloudflare.calls.entries.length - before).toBeLessThanOrEqual(12);
});
