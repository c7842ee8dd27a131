import { beforeAll, describe, expect, it } from '@jest/globals';
import { shared } from '../support/shared.ts';
import { namespace, service, tunnel } from '../support/world-objects.ts';
import { startCliWorld } from './a-cli.ts';

const cli = shared(startCliWorld);

const EXPOSED = (message: string) => condition('True', 'Exposed', message);

beforeAll(async () => {
  const { kube } = cli;
  await kube.create(namespace('shop'));
  await kube.create(tunnel('shop/home', { domain: 'example.com' }, { 'cftunnel.io/is-default-tunnel': 'true' }));
  await kube.create(service('shop/web', { hostname: 'app.example.com, www.example.com' }));
  await kube.create(
    service('shop/api', { hostname: 'app.example.com', path: '/api', tunnel: 'home' }, [{ port: 8080 }]),
  );
  await kube.create(service('shop/ssh', { tunnel: 'home' }, [{ port: 22 }]));
  await kube.create(service('shop/broken', { hostnam: 'x.example.com' }));
  await kube.create(service('default/lost', { hostname: 'lost.example.com', tunnel: 'gone' }));
  await kube.create(service('default/plain'));
  await report('shop/web', {
    status: 'False',
    reason: 'HostnameConflict',
    message: 'app.example.com is held by Service shop/old (still served: https://www.example.com)',
  });
  await report('shop/api', EXPOSED('https://app.example.com/api'));
  await report('shop/broken', {
    status: 'False',
    reason: 'InvalidAnnotation',
    message: 'cftunnel.io/hostnam: unknown annotation, did you mean cftunnel.io/hostname?',
  });
});

// Invariant 42.
describe('the table', () => {
  it('lists the hostnames of a namespace', async () => {
    expect(await cli.run('get', '-n', 'shop')).toEqual({
      code: 0,
      err: '',
      out: [
        'HOSTNAME              LEADS TO                   TUNNEL      STATUS',
        '-                     -                          shop/home   InvalidAnnotation',
        'app.example.com       http://web.shop.svc:80     shop/home   HostnameConflict',
        'app.example.com/api   http://api.shop.svc:8080   shop/home   Exposed',
        'ssh.example.com       ssh://ssh.shop.svc:22      shop/home   Unanswered',
        'www.example.com       http://web.shop.svc:80     shop/home   Exposed',
        '',
      ].join('\n'),
    });
  });

  it('names the namespace of each where all are listed', async () => {
    const { out } = await cli.run('get', '-A');

    expect(out.split('\n').slice(0, 2)).toEqual([
      'NAMESPACE   HOSTNAME              LEADS TO                     TUNNEL         STATUS',
      'default     lost.example.com      http://lost.default.svc:80   default/gone   Unanswered',
    ]);
  });

  it('tells in its wide form who asks, and what the operator says', async () => {
    const { out } = await cli.run('get', '-n', 'shop', '-o', 'wide');

    expect(out).toContain(
      'HostnameConflict    -        Service web      app.example.com is held by Service shop/old (still served: https://www.example.com)\n',
    );
    expect(out).toContain('Unanswered          -        Service ssh      The operator has not reported on it yet.');
  });

  it('tells in its wide form who may enter, as far as an object or its Tunnel says so', async () => {
    const { kube } = cli;
    await kube.create(namespace('house'));
    const admits = { namespaces: { from: 'All' } };
    await kube.create(tunnel('house/closed', { access: { policies: ['family'] }, allowedRoutes: admits }));
    await kube.create(service('house/blog', { hostname: 'blog.example.com' }));
    await kube.create(service('house/diary', { hostname: 'diary.example.com', access: 'me,staff' }));
    await kube.create(service('house/photos', { hostname: 'photos.example.com', tunnel: 'closed' }));
    await kube.create(service('house/door', { hostname: 'door.example.com', tunnel: 'closed', access: 'none' }));
    await kube.create(service('house/nas', { 'lan-hostname': 'nas.example.com', 'lan-address': '192.168.1.10' }));

    const { out } = await cli.run('get', '-n', 'house', '-o', 'wide');
    const json = await cli.run('get', '-n', 'house', '-o', 'json');

    expect(out.split('\n').map((line) => [line.split(/ {2,}/)[0], line.split(/ {2,}/)[4]])).toEqual([
      ['HOSTNAME', 'ACCESS'],
      ['blog.example.com', '-'],
      ['diary.example.com', 'house/me,house/staff'],
      ['door.example.com', 'everybody'],
      ['nas.example.com', 'local network'],
      ['photos.example.com', 'house/family'],
      ['', undefined],
    ]);
    expect((JSON.parse(json.out) as { readonly items: readonly unknown[] }).items).toMatchObject([
      {},
      { access: ['house/me', 'house/staff'] },
      { access: 'none' },
      { isLocal: true, origin: '192.168.1.10' },
      { access: ['house/family'] },
    ]);
  });

  it('has colours on a terminal and nowhere else', async () => {
    const { out } = await cli.runOnTerminal('get', '-n', 'shop');

    expect(out).toContain('\u001b[32mExposed\u001b[39m');
    expect(out).toContain('\u001b[31mHostnameConflict\u001b[39m');
    expect(out).toContain('\u001b[33mUnanswered\u001b[39m');
  });

  it('is replaced by a sentence where no hostname is requested', async () => {
    expect(await cli.run('get', '-n', 'kube-system')).toEqual({
      code: 0,
      out: '',
      err: 'No object in namespace kube-system asks for a hostname. All namespaces: -A\n',
    });
  });
});

describe('the other formats', () => {
  it('name: prints each hostname once', async () => {
    const { out } = await cli.run('get', '-n', 'shop', '-o', 'name');

    expect(out).toBe('app.example.com\nssh.example.com\nwww.example.com\n');
  });

  it('json: has the documented shape', async () => {
    const { out } = await cli.run('get', '-n', 'shop', '-o', 'json');

    const { items, ...head } = JSON.parse(out) as { readonly items: readonly unknown[] };
    expect(head).toEqual({ apiVersion: 'cli.cftunnel.io/v1', kind: 'HostnameList' });
    expect(items[2]).toEqual({
      hostname: 'app.example.com',
      path: { type: 'Prefix', value: '/api' },
      url: 'https://app.example.com/api',
      source: { kind: 'Service', namespace: 'shop', name: 'api' },
      tunnel: { namespace: 'shop', name: 'home' },
      origin: 'http://api.shop.svc:8080',
      status: 'True',
      reason: 'Exposed',
      message: 'https://app.example.com/api',
    });
    expect(items[0]).toMatchObject({ hostname: '', source: { name: 'broken' }, reason: 'InvalidAnnotation' });
  });

  it('yaml: is the same document', async () => {
    const { out } = await cli.run('get', '-n', 'kube-system', '-o', 'yaml');

    expect(out).toBe('apiVersion: cli.cftunnel.io/v1\nkind: HostnameList\nitems: []\n');
  });
});

it('reads one list of each kind, however many hostnames there are', async () => {
  const before = cli.kubernetes.calls.entries.length;

  await cli.run('get', '-A');

  expect(
    cli.kubernetes.calls.entries
      .slice(before)
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual([
    '/api/v1/services',
    '/apis/cftunnel.io/v1alpha1/tunnels',
    '/apis/gateway.networking.k8s.io',
    '/apis/networking.k8s.io/v1/ingressclasses',
    '/apis/networking.k8s.io/v1/ingresses',
  ]);
});

function condition(status: string, reason: string, message: string) {
  return { status, reason, message };
}

async function report(key: string, { status, reason, message }: ReturnType<typeof condition>): Promise<void> {
  const lastTransitionTime = '2026-01-01T00:00:00Z';
  const conditions = [{ type: 'cftunnel.io/Exposed', status, reason, message, lastTransitionTime }];
  await cli.kube.patchStatus('Service', key, { status: { conditions } });
}
