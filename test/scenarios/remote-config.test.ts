/** `configMode: Remote`: Cloudflare holds the rules and sends them to the connectors. */
import { beforeAll, expect, it } from '@jest/globals';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { NO_WRITES } from '../support/world-activity.ts';
import { useWorld } from '../support/shared.ts';
import { underLoad } from '../support/under-load.ts';
import { connectorPods, drain, replaceConnectors } from '../support/world-connectors.ts';
import { describeOnNode } from '../support/world-needs.ts';
import { service, tunnel, whoami, withPods } from '../support/world-objects.ts';
import { startClusterWithNode } from '../support/world-real-node.ts';
import {
  becomes,
  conditionOf,
  eventsAbout,
  exposed,
  gone,
  ready,
  recordAt,
  remoteTunnels,
} from '../support/world-views.ts';

const DEFAULT_TUNNEL = { 'cftunnel.io/is-default-tunnel': 'true' };
const ROUTER = { hostname: 'router.example.com', service: 'http://192.0.2.1:80' };
const LAST = { service: 'http_status:404' };

interface Config {
  readonly ingress: readonly object[];
  readonly [key: string]: unknown;
}

const world = useWorld({ cluster: startClusterWithNode, flags: ['--drift-interval=2s'] });

async function openTunnel(namespace: string, spec: object = {}): Promise<void> {
  await world.addNamespace(namespace);
  await world.kube.create(tunnel(`${namespace}/home`, { configMode: 'Remote', ...spec }, DEFAULT_TUNNEL));
  await ready(world, `${namespace}/home`);
}

async function expose(key: string, hostname: string): Promise<void> {
  await world.kube.create(service(key, { hostname, tunnel: 'home' }));
  await exposed(world, key, [hostname]);
}

function remoteOf(name: string): { readonly id: string; readonly config: Config } {
  const [remote] = remoteTunnels(world, name);
  const config = (remote?.configuration?.config ?? { ingress: [] }) as Config;
  return { id: remote?.id ?? '', config };
}

async function existingRules(key: string): Promise<unknown> {
  const { status } = await world.kube.get('Tunnel', key);
  return (status?.['config'] as { readonly existingRules?: unknown } | undefined)?.existingRules;
}

function createByHand(name: string, configSource: string): Promise<unknown> {
  const body = { name, config_src: configSource, tunnel_secret: btoa('s'.repeat(32)) };
  return world.cloudflare.ask(`/accounts/${world.cloudflare.accountId}/cfd_tunnel`, { method: 'POST', body });
}

/** Replaces the configuration, as the dashboard does. */
function edit(name: string, change: (config: Config) => unknown): Promise<unknown> {
  const { id, config } = remoteOf(name);
  const path = `/accounts/${world.cloudflare.accountId}/cfd_tunnel/${id}/configurations`;
  return world.cloudflare.ask(path, { method: 'PUT', body: { config: change(config) } });
}

describeOnNode('a Tunnel with configMode Remote', () => {
  const NAME = 'test/remote/home';

  beforeAll(() => openTunnel('remote'));

  it('is created as a tunnel that is configured at Cloudflare', () => {
    expect(remoteTunnels(world, NAME)).toEqual([expect.objectContaining({ configSource: 'cloudflare' })]);
  });

  it('passes only the token to its connectors, in a file', async () => {
    const { spec } = await world.kube.get('Deployment', 'remote/home-cloudflared');
    const pod = (spec as { readonly template: { readonly spec: { readonly containers: readonly unknown[] } } })
      .template;

    expect(pod.spec.containers).toEqual([
      expect.objectContaining({
        args: ['tunnel', 'run'],
        env: expect.arrayContaining([{ name: 'TUNNEL_TOKEN_FILE', value: '/etc/cloudflared/credentials/token' }]),
      }),
    ]);
    expect(JSON.stringify(spec)).not.toContain('credentials.json');
  });

  it('publishes a rule before its record and restarts no connector', async () => {
    const before = await world.kube.get('Deployment', 'remote/home-cloudflared');
    world.forgetCalls();
    await expose('remote/web', 'web.example.com');
    const after = await world.kube.get('Deployment', 'remote/home-cloudflared');

    expect(remoteOf(NAME).config.ingress).toEqual([
      { hostname: 'web.example.com', service: 'http://web.remote.svc:80' },
      LAST,
    ]);
    expect(world.writtenSoFar().cloudflare).toEqual([
      expect.stringMatching(/^PUT .*configurations$/),
      expect.stringMatching(/^POST .*batch$/),
    ]);
    expect(after.metadata.generation).toBe(before.metadata.generation);
  });

  it('reports the version of the rules at Cloudflare', async () => {
    const { status } = await world.kube.get('Tunnel', 'remote/home');

    expect(status?.['config']).toEqual({ hash: expect.any(String), version: expect.any(Number) });
  });

  it('writes nothing after a restart', async () => {
    expect(await world.writesAfterRestart()).toEqual(NO_WRITES);
  });

  it('restores a rule that was changed by others', async () => {
    await edit(NAME, ({ ingress, ...rest }) => ({
      ...rest,
      ingress: ingress.map((rule) => ({ ...rule, service: 'http_status:503' })),
    }));
    await eventually(() =>
      expect(remoteOf(NAME).config.ingress).toEqual([
        { hostname: 'web.example.com', service: 'http://web.remote.svc:80' },
        LAST,
      ]),
    );
  });

  it('removes the record before the rule', async () => {
    await world.kube.create(service('remote/brief', { hostname: 'brief.example.com', tunnel: 'home' }));
    await exposed(world, 'remote/brief', ['brief.example.com']);
    world.forgetCalls();
    await world.kube.delete('Service', 'remote/brief');
    await eventually(() => expect(remoteOf(NAME).config.ingress).toHaveLength(2));

    expect(recordAt(world, 'brief.example.com')).toBeUndefined();
    expect(world.writtenSoFar().cloudflare).toEqual([
      expect.stringMatching(/^POST .*batch$/),
      expect.stringMatching(/^PUT .*configurations$/),
    ]);
  });
});

// Invariant 37.
describeOnNode('rules at Cloudflare without a source', () => {
  const NAME = 'test/others/home';
  const WARP = { 'warp-routing': { enabled: true } };
  beforeAll(async () => {
    await openTunnel('others');
    await expose('others/web', 'others.example.com');
    await edit(NAME, ({ ingress, ...rest }) => ({ ...rest, ...WARP, ingress: [ROUTER, ...ingress] }));
  });

  it('are kept after those of the sources and listed in status', async () => {
    await eventually(async () =>
      expect(await existingRules('others/home')).toEqual(['router.example.com -> http://192.0.2.1:80']),
    );
    await expose('others/late', 'late.example.com');

    expect(remoteOf(NAME).config).toMatchObject({
      ...WARP,
      ingress: [{ hostname: 'late.example.com' }, { hostname: 'others.example.com' }, ROUTER, LAST],
    });
  });

  it('keep their hostname, and a Service that requests it is not Exposed', async () => {
    await world.kube.create(service('others/router', { hostname: 'router.example.com', tunnel: 'home' }));
    await becomes(world, ['Service', 'others/router'], 'cftunnel.io/Exposed', {
      status: 'False',
      reason: 'HostnameConflict',
      message: /another rule for it at Cloudflare \(router\.example\.com -> http:\/\/192\.0\.2\.1:80\).*Replace/,
    });

    expect(remoteOf(NAME).config.ingress).toContainEqual(ROUTER);
  });

  it('are removed if the Tunnel says so, with an event that lists them', async () => {
    await world.kube.patch('Tunnel', 'others/home', { spec: { existingRules: 'Replace' } });
    await exposed(world, 'others/router', ['router.example.com']);

    expect(remoteOf(NAME).config.ingress).toContainEqual({
      hostname: 'router.example.com',
      service: 'http://router.others.svc:80',
    });
    expect(remoteOf(NAME).config).toMatchObject(WARP);
    expect(await eventsAbout(world, 'Tunnel', 'others/home')).toContainEqual(
      expect.objectContaining({
        reason: 'ExistingRulesRemoved',
        message: expect.stringContaining('router.example.com'),
      }),
    );
    await eventually(async () => expect(await existingRules('others/home')).toBeUndefined());
  });
});

describeOnNode('an existing tunnel', () => {
  it('keeps its rules and records when it is adopted and when it is released', async () => {
    await createByHand('handmade', 'cloudflare');
    await edit('handmade', () => ({ ingress: [ROUTER, { service: 'http://192.0.2.2:80' }] }));
    await openTunnel('adopted', { existingTunnel: { name: 'handmade' } });
    await expose('adopted/web', 'adopted.example.com');

    const ingress = [
      expect.objectContaining({ hostname: 'adopted.example.com' }),
      ROUTER,
      { service: 'http://192.0.2.2:80' },
    ];
    expect(remoteOf('handmade').config.ingress).toEqual(ingress);
    await world.kube.delete('Tunnel', 'adopted/home');
    await gone(world, 'Tunnel', 'adopted/home');
    expect(remoteOf('handmade').config.ingress).toContainEqual(ROUTER);
  });

  it.each([
    { mode: 'Remote', configSource: 'local', reason: 'ExistingTunnelLocal' },
    { mode: 'Local', configSource: 'cloudflare', reason: 'ExistingTunnelRemote' },
  ])('that is configured in the other mode is rejected: $reason', async ({ mode, configSource, reason }) => {
    await createByHand(reason, configSource);
    const namespace = reason.toLowerCase();
    await world.addNamespace(namespace);
    await world.kube.create(tunnel(`${namespace}/home`, { configMode: mode, existingTunnel: { name: reason } }));

    const refused = await becomes(world, ['Tunnel', `${namespace}/home`], 'TunnelReady', { status: 'False', reason });
    expect(conditionOf(refused, 'TunnelReady')?.message).toContain(
      `spec.configMode: ${mode === 'Local' ? 'Remote' : 'Local'}`,
    );
  });
});

describeOnNode('a connector that rejects the rules', () => {
  it('is named in a condition, and goes on with its earlier rules', async () => {
    await openTunnel('behind', { replicas: 1 });
    await expose('behind/web', 'behind.example.com');
    const broken = {
      hostname: 'broken.example.com',
      service: 'https://192.0.2.1',
      originRequest: { caPool: '/none' },
    };
    await edit('test/behind/home', ({ ingress, ...rest }) => ({ ...rest, ingress: [broken, ...ingress] }));

    const behind = await becomes(world, ['Tunnel', 'behind/home'], 'ConnectorsReady', {
      status: 'True',
      reason: 'RulesNotApplied',
    });
    expect(conditionOf(behind, 'ConnectorsReady')?.message).toMatch(/home-cloudflared-.* keeps serving earlier rules/);
  });
});

// Invariant 38.
describeOnNode('while visitors use a hostname', () => {
  const HOSTNAME = 'busy.example.com';

  beforeAll(async () => {
    await openTunnel('busy', { replicas: 2 });
    const origin = whoami('busy/web');
    await world.kube.create({ ...origin, spec: { ...origin.spec, replicas: 2 } });
    await world.kube.create(withPods(service('busy/web', { hostname: HOSTNAME, tunnel: 'home' })));
    await exposed(world, 'busy/web', [HOSTNAME]);
  });

  it.each<{ event: string; happen: () => Promise<void> }>([
    {
      event: 'other rules come and go',
      happen: async () => {
        await expose('busy/other', 'other-busy.example.com');
        await world.kube.delete('Service', 'busy/other');
        await gone(world, 'Service', 'busy/other');
      },
    },
    {
      event: 'connectors are replaced',
      happen: () => {
        const podAnnotations = { 'example.com/version': String(Math.random()) };
        return replaceConnectors(world, 'busy', () =>
          world.kube.patch('Tunnel', 'busy/home', { spec: { cloudflared: { podAnnotations } } }),
        );
      },
    },
    {
      event: 'a node is drained',
      happen: async () => {
        const pods = await connectorPods(world, 'busy');
        await replaceConnectors(world, 'busy', () => drain(world, pods));
      },
    },
  ])('no request is lost when $event', async ({ happen }) => {
    expect((await underLoad(world, { hostname: HOSTNAME }, happen)).lost).toEqual({});
  });
});
