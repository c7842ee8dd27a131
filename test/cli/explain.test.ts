import { beforeAll, describe, expect, it } from '@jest/globals';
import { shared } from '../support/shared.ts';
import { namespace, secret, service, tunnel } from '../support/world-objects.ts';
import { startCliWorld } from './a-cli.ts';

const cli = shared(startCliWorld);
const TARGET = '11111111-2222-4333-8444-555555555555';
const lastTransitionTime = '2026-01-01T00:00:00Z';

beforeAll(async () => {
  const { kube } = cli;
  for (const name of ['shop', 'zoo']) await kube.create(namespace(name));
  await kube.create(secret('shop/cloudflare', { CLOUDFLARE_API_TOKEN: cli.token }));
  await kube.create(tunnel('shop/home', { allowedRoutes: { namespaces: { from: 'All' } } }));
  const ready = { type: 'Ready', status: 'True', reason: 'Ready', message: 'All parts are ready', lastTransitionTime };
  await kube.patchStatus('Tunnel', 'shop/home', {
    status: { tunnelId: TARGET, tunnelName: 'prod/shop/home', conditions: [ready] },
  });
  await kube.create(service('shop/web', { hostname: 'app.example.com, app.example.net', tunnel: 'home' }));
  await kube.create(service('shop/xapi', { hostname: 'app.example.com', path: '/api', tunnel: 'home' }));
  await kube.create(service('shop/any', { hostname: '*.example.com', tunnel: 'home' }));
  await kube.create(
    service('shop/nas', { 'lan-hostname': 'nas.example.com', 'lan-address': '192.168.1.10', tunnel: 'home' }),
  );
  await kube.create(service('zoo/web', { hostname: 'app.example.com', tunnel: 'shop/home' }));
  const message = 'https://app.example.com';
  const exposed = { type: 'cftunnel.io/Exposed', status: 'True', reason: 'Exposed', message, lastTransitionTime };
  await kube.patchStatus('Service', 'shop/web', { status: { conditions: [exposed] } });
  cli.cloudflare.admin.addRecord('example.com', {
    name: 'app.example.com',
    type: 'CNAME',
    content: `${TARGET}.cfargotunnel.com`,
    proxied: true,
    ttl: 1,
    comment: 'cftunnel.io owner=prod/shop/home',
  });
});

describe('explain', () => {
  it('says who has a hostname, and why others do not', async () => {
    expect(await cli.run('explain', 'app.example.com')).toEqual({
      code: 0,
      err: '',
      out: [
        'app.example.com',
        '',
        'Held by   Service shop/web, one of 4 that ask for it',
        'Rule      app.example.com -> http://web.shop.svc:80',
        'Tunnel    shop/home: ready',
        `Record    app.example.com CNAME ${TARGET}.cfargotunnel.com (zone example.com, ours)`,
        'Access    open to everybody',
        'Status    Exposed: https://app.example.com',
        '',
        'Other rules',
        '  app.example.com/api -> http://xapi.shop.svc:80 (Service shop/xapi)',
        '  *.example.com -> http://any.shop.svc:80 (Service shop/any)',
        '',
        'Not as requested',
        '  Service zoo/web: HostnameConflict: app.example.com belongs to Service shop/web, which is older, and a hostname belongs to one namespace and one Tunnel. Choose another hostname, or remove it from that Service: this one then takes it over',
        '',
      ].join('\n'),
    });
  });

  it('takes what a browser shows', async () => {
    const { code, out } = await cli.run('explain', 'https://app.example.com/api/users?x=1');

    expect(code).toBe(0);
    expect(out).toContain('Held by   Service shop/xapi');
  });

  it('says nothing of Access about a name of the local network, which nobody enters through it', async () => {
    const { code, out } = await cli.run('explain', 'nas.example.com');

    expect(code).toBe(0);
    expect(out).toContain('Local     nas.example.com -> 192.168.1.10\n');
    expect(out).not.toContain('Access');
  });

  it('tells what a record waits for', async () => {
    const { out } = await cli.run('explain', 'other.example.com');

    expect(out).toContain(`Record    to be created: *.example.com CNAME ${TARGET}.cfargotunnel.com\n`);
  });

  it('names a zone that the token does not see', async () => {
    const { out } = await cli.run('explain', 'app.example.net');

    expect(out).toContain('Record    ZoneNotFound: No zone holds app.example.net. ');
  });

  it('suggests what may be meant by a hostname that nobody asks for', async () => {
    expect(await cli.run('explain', 'ap.example.net')).toEqual({
      code: 1,
      err: '',
      out: 'No object asks for ap.example.net, did you mean app.example.net? All hostnames: cftunnel get -A\n',
    });
  });

  it('suggests nothing where nothing is alike', async () => {
    expect(await cli.run('explain', 'other.test')).toMatchObject({
      out: 'No object asks for other.test. All hostnames: cftunnel get -A\n',
    });
  });

  it('refuses what is no hostname', async () => {
    expect(await cli.run('explain', 'a b')).toEqual({
      code: 2,
      out: '',
      err: 'cftunnel: HOST "a b" must be a hostname without scheme, port, path or spaces\n',
    });
  });

  it('answers as JSON in the documented shape', async () => {
    const { out } = await cli.run('explain', 'app.example.com', '-o', 'json');

    expect(JSON.parse(out)).toEqual({
      apiVersion: 'cli.cftunnel.io/v1',
      kind: 'Explanation',
      hostname: 'app.example.com',
      holder: {
        claim: 'app.example.com',
        source: 'shop/web',
        origin: 'http://web.shop.svc:80',
        tunnel: 'shop/home',
        claimants: 4,
        condition: expect.objectContaining({ reason: 'Exposed' }),
        ready: expect.objectContaining({ status: 'True' }),
        isSuspended: false,
      },
      others: [
        expect.objectContaining({ claim: 'app.example.com/api' }),
        expect.objectContaining({ source: 'shop/any' }),
      ],
      refused: [{ source: 'zoo/web', problems: [expect.objectContaining({ reason: 'HostnameConflict' })] }],
      records: {
        records: [
          {
            name: 'app.example.com',
            type: 'CNAME',
            content: `${TARGET}.cfargotunnel.com`,
            zone: 'example.com',
            proxied: true,
            owner: 'tunnel',
          },
        ],
        pending: [],
        warnings: [],
      },
      notes: [],
    });
  });

  it('prints no secret, whatever it reads', async () => {
    for (const format of ['table', 'json', 'yaml']) {
      const { out, err } = await cli.run('explain', 'app.example.com', '-o', format);
      expect(out + err).not.toContain(cli.token);
    }
  });
});
