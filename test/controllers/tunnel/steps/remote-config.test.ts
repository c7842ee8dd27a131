import { describe, expect, it } from '@jest/globals';
import type { ConfigMap, Deployment, KubeObject, Pod } from '../../../../src/api/objects.ts';
import {
  type RemoteConfigPort,
  podHashOf,
  publishRemotely,
} from '../../../../src/controllers/tunnel/steps/remote-config.ts';
import { caFileName } from '../../../../src/core/ca-pool/files.ts';
import type { Route } from '../../../../src/core/model/route.ts';
import { decodeRoutes } from '../../../../src/core/published-routes/routes-json.ts';
import { remoteRuleOf } from '../../../../src/core/remote-config/compile.ts';
import {
  type RemoteConfiguration,
  type RemoteRule,
  describeRule,
} from '../../../../src/core/remote-config/configuration.ts';
import { type TunnelTraits, aDeployment, aTunnel } from '../../../support/builders.ts';
import { ROUTE_RULES } from '../../../support/requests.ts';
import { aRoute } from '../../../support/routes.ts';
import { PROXY_PORT, isOfProxy } from '../../../support/proxy-port.ts';
import { aPass } from '../../../support/tunnel-pass.ts';
import { unprotected } from '../../../support/applications.ts';

const LAST = { service: 'http_status:404' };
const ROUTER = { hostname: 'router.example.com', service: 'http://192.0.2.1' };
const [ONE, TWO, TAKEN] = [
  aRoute('one.example.com', 'shop/one'),
  aRoute('two.example.com', 'shop/two'),
  aRoute('router.example.com', 'shop/router'),
];

describe('rules at Cloudflare', () => {
  it('are named in the ConfigMap before they are written', async () => {
    const world = aWorld({ wanted: [ONE] });

    expect(await world.publish()).toMatchObject({ served: [ONE], remote: { version: 1, existing: [] } });
    expect(world.log).toEqual(['ConfigMap one', 'PUT one', 'RulesPublished']);
  });

  it('are named in the ConfigMap until they have been removed, and their Service is told after that', async () => {
    const world = aWorld({ wanted: [ONE, TWO] });
    await world.publish();
    world.log.length = 0;
    world.wanted = [TWO];

    expect(await world.publish()).toMatchObject({ served: [TWO] });
    expect(world.log).toEqual([
      'ConfigMap one (leaving), two',
      'PUT two',
      'RulesPublished',
      'ConfigMap two',
      'wake shop/one',
    ]);
  });

  it('are removed after a crash between the write and the ConfigMap, and do not count as those of others', async () => {
    const world = aWorld({ wanted: [ONE, TWO] });
    await world.publish();
    world.wanted = [TWO];
    world.crashAfterPut = true;
    await expect(world.publish()).rejects.toThrow('crash');
    world.log.length = 0;
    world.crashAfterPut = false;

    expect(await world.publish()).toMatchObject({ remote: { existing: [] } });
    expect(world.log).toEqual(['ConfigMap two', 'wake shop/one']);
  });

  it('are removed with their record if the ConfigMap that named them is lost', async () => {
    const world = aWorld({ wanted: [ONE, TWO], status: { config: { hash: 'h' } } });
    await world.publish();
    world.loseConfigMap();
    world.wanted = [TWO];

    expect(await world.publish()).toMatchObject({ remote: { existing: [] } });
    expect(world.ruleAt('one.example.com')).toBeUndefined();
  });

  it('of a cluster that was rebuilt are its own: those of sources that are gone are removed', async () => {
    const ingress = [remoteRuleOf(ONE), remoteRuleOf(TWO), ROUTER, LAST];
    const world = aWorld({ wanted: [ONE], current: { version: 7, config: { ingress } } });

    expect(await world.publish()).toMatchObject({ remote: { existing: [describeRule(ROUTER)] } });
    expect(world.log).toEqual([
      'ConfigMap one, two (leaving)',
      'PUT one, router',
      'RulesPublished',
      'ConfigMap one',
      'wake shop/two',
    ]);
  });

  it('are restored in the ConfigMap as well, which is reported there', async () => {
    const world = aWorld({ wanted: [ONE] });
    await world.publish();
    world.breakConfigMap();
    world.log.length = 0;

    await world.publish();
    expect(world.log).toEqual(['ConfigMap one', 'ObjectRepaired']);
  });

  it('are written once: a second pass writes nothing', async () => {
    const world = aWorld({ wanted: [ONE] });
    await world.publish();
    world.log.length = 0;

    expect(await world.publish()).toMatchObject({ remote: { version: 1 } });
    expect(world.log).toEqual([]);
  });

  it('are left as they are while the spec has a mistake', async () => {
    const world = aWorld({ wanted: [ONE], spec: { fallback: 'http://a?b' } });

    await expect(world.publish()).rejects.toMatchObject({ reason: 'InvalidSpec' });
    expect(world.log).toEqual([]);
  });
});

// Invariant 37.
describe('rules of others', () => {
  const current = { version: 5, config: { ingress: [ROUTER, LAST] } };
  const status = { config: { hash: 'h', existingRules: ['router.example.com -> http://192.0.2.1'] } };

  it('stay, are reported, and keep a Service from their hostname', async () => {
    const world = aWorld({ wanted: [ONE, TAKEN], current });

    expect(await world.publish()).toMatchObject({
      served: [ONE],
      refused: [{ route: TAKEN, reason: 'HostnameConflict' }],
      remote: { version: 6, existing: ['router.example.com -> http://192.0.2.1'] },
    });
    expect(world.log).toEqual(['ConfigMap one', 'PUT one, router', 'RulesPublished']);
  });

  it('stay though they lead to a Service, as long as it is known what this Tunnel has published', async () => {
    const byHand = remoteRuleOf(TWO);
    const world = aWorld({ wanted: [ONE] });
    await world.publish();
    await world.edit({ version: 5, config: { ingress: [remoteRuleOf(ONE), byHand, LAST] } });
    world.wanted = [ONE, TAKEN];

    expect(await world.publish()).toMatchObject({ remote: { existing: [describeRule(byHand)] } });
  });

  it('stay though they lead to a Service, if the tunnel was adopted', async () => {
    const byHand = remoteRuleOf(TWO);
    const theirs = { version: 5, config: { ingress: [byHand, LAST] } };
    const world = aWorld({ wanted: [ONE], current: theirs, spec: { existingTunnel: { name: 'theirs' } } });

    expect(await world.publish()).toMatchObject({ remote: { existing: [describeRule(byHand)] } });
  });

  it.each([
    {
      when: 'before status names them',
      status: {},
      named: ['router.example.com -> http://192.0.2.1'],
      log: ['ConfigMap one', 'PUT one, router', 'RulesPublished'],
    },
    {
      when: 'once status names them',
      status,
      named: [],
      log: ['ConfigMap one, router', 'PUT one, router', 'RulesPublished', 'ExistingRulesRemoved'],
    },
  ])('are replaced if the spec says so: $when', async ({ status: seen, named, log }) => {
    const world = aWorld({ wanted: [ONE, TAKEN], current, spec: { existingRules: 'Replace' }, status: seen });

    expect(await world.publish()).toMatchObject({ remote: { existing: named } });
    expect(world.log).toEqual(log);
  });
});

// Invariant 37.
describe('an edit that was made after the rules were read', () => {
  const edited = { version: 2, config: { ingress: [ROUTER, LAST] } };

  it.each<{ name: string; podVersions: readonly (number | undefined)[] }>([
    { name: 'the connectors run it', podVersions: [2] },
    { name: 'one connector runs it', podVersions: [1, 2] },
    { name: 'a connector cannot be asked', podVersions: [1, undefined] },
    { name: 'no connector runs', podVersions: [] },
    { name: 'the connectors lag behind', podVersions: [0] },
  ])('is not overwritten: $name', async ({ podVersions }) => {
    const world = aWorld({ wanted: [ONE], current: { version: 1, config: { ingress: [LAST] } } });
    await world.edit(edited);
    world.podVersions = podVersions;

    expect(await world.publish()).toMatchObject({ remote: { existing: [describeRule(ROUTER)] } });
    expect(world.log).toEqual(['ConfigMap one', 'PUT one, router', 'RulesPublished']);
  });

  it('keeps its hostname from a Service, whose rule is not recorded', async () => {
    const world = aWorld({ wanted: [TAKEN], current: { version: 1, config: { ingress: [LAST] } } });
    await world.edit(edited);

    expect(await world.publish()).toMatchObject({ refused: [{ route: TAKEN, reason: 'HostnameConflict' }] });
    expect(world.log).toEqual(['ConfigMap ']);
  });

  it.each([
    { name: 'while the connectors run the known version', wanted: [ONE], podVersions: [1, 1] },
    { name: 'while nothing is to be written', wanted: [], podVersions: [2] },
  ])('is not looked for at Cloudflare $name', async ({ wanted, podVersions }) => {
    const world = aWorld({ wanted, current: { version: 1, config: { ingress: [LAST] } } });
    world.podVersions = podVersions;
    await world.publish();

    expect(world.reads).toEqual([60_000, 60_000]);
  });
});

// Invariant 20.
describe('a rule with certificates', () => {
  const secure: Route = { ...ONE, caPool: { name: 'ca', fingerprint: 'new' } };
  const file = caFileName('new');

  it('is sent once every connector has them', async () => {
    const world = aWorld({ wanted: [secure, TWO] });

    const { served, podHash } = await world.publish();
    expect({ served, podHash }).toEqual({ served: [TWO], podHash: file });
    expect(podHashOf(world.port, world.pass())).toBe(file);

    world.deployment = aRollout(podHash);
    expect((await world.publish()).served).toEqual([secure, TWO]);
    expect(world.ruleAt('one.example.com')).toMatchObject({
      originRequest: { caPool: `/etc/cloudflared/config/${file}` },
    });
  });

  it('keeps the files of the rule in force until the new one is', async () => {
    const world = aWorld({ wanted: [secure] });
    world.deployment = aRollout(file);
    await world.publish();
    world.wanted = [{ ...ONE, caPool: { name: 'ca', fingerprint: 'newer' } }];

    const { podHash } = await world.publish();
    expect(podHash).toBe([file, caFileName('newer')].toSorted().join());
    expect(world.ruleAt('one.example.com')).toMatchObject({ originRequest: { caPool: expect.stringContaining(file) } });

    world.deployment = aRollout(podHash);
    await world.publish();
    expect((await world.publish()).podHash).toBe(caFileName('newer'));
  });
});

interface Given {
  readonly wanted: readonly Route[];
  readonly current?: RemoteConfiguration;
  readonly spec?: NonNullable<TunnelTraits['spec']>;
  readonly status?: NonNullable<TunnelTraits['status']>;
}

/** A Tunnel whose records are gone as soon as their route is no longer wanted. */
function aWorld({ wanted, current = { version: 0, config: {} }, spec = {}, status = {} }: Given) {
  const tunnel = aTunnel('shop/home', { spec: { configMode: 'Remote', ...spec }, status });
  const log: string[] = [];
  let stored: ConfigMap | undefined;
  let remote = current;
  /** As it was read last. */
  let known = current;
  const world = {
    log,
    wanted,
    deployment: undefined as Deployment | undefined,
    crashAfterPut: false,
    /** Version of the rules in each ready pod. */
    podVersions: [] as readonly (number | undefined)[],
    /** How old each answer might be. */
    reads: [] as number[],
    edit: async (configuration: RemoteConfiguration) => void (remote = configuration),
    pass: () => aPass(tunnel),
    breakConfigMap: () =>
      void (stored = { ...(stored as ConfigMap), data: { 'routes.json': stored?.data?.['routes.json'] ?? '' } }),
    loseConfigMap: () => void (stored = undefined),
    ruleAt: (hostname: string) =>
      (remote.config['ingress'] as readonly RemoteRule[]).find((rule) => rule['hostname'] === hostname),
    port: undefined as unknown as RemoteConfigPort,
    publish: () =>
      publishRemotely(world.port, world.pass(), {
        cloudflare,
        accountId: 'a',
        tunnelId: 't',
        records,
        applications: unprotected(world.wanted),
      }),
  };
  const records = {
    mayExist: () => false,
    mayLeadToTunnel: () => false,
    mayBeMade: () => true,
    isGone: () => true,
    mayBeForgotten: false,
  };
  const cloudflare = {
    configuration: async (_: unknown, maxAgeMs: number) => {
      world.reads.push(maxAgeMs);
      if (maxAgeMs <= 1_000) known = remote;
      return known;
    },
    putConfiguration: async (_: unknown, config: RemoteConfiguration['config']) => {
      remote = { version: remote.version + 1, config };
      log.push(
        `PUT ${names((config['ingress'] as readonly { hostname?: string }[]).flatMap(({ hostname }) => hostname ?? []))}`,
      );
      known = remote;
      if (world.crashAfterPut) throw new Error('crash');
      return remote;
    },
  };
  const store = async (object: KubeObject): Promise<KubeObject> => {
    stored = object;
    const routes = decodeRoutes(stored) ?? [];
    log.push(
      `ConfigMap ${routes.map((route) => `${names([route.hostname])}${route.isLeaving ? ' (leaving)' : ''}`).join(', ')}`,
    );
    return object;
  };
  world.port = {
    ...PROXY_PORT,
    configMaps: { get: (key) => (isOfProxy(key) ? undefined : stored) },
    lists: { pods: async () => world.podVersions.map((_, index) => aReadyPod(index)) },
    ruleVersion: async ({ metadata }) => world.podVersions[Number(metadata.name)],
    routesIn: decodeRoutes,
    deployments: { get: () => world.deployment },
    reroute: async () => undefined,
    certificates: (fingerprint) => `PEM ${fingerprint}`,
    fingerprint: (text) => text.slice('PEM '.length),
    renderConfig: (config) => JSON.stringify(config),
    routeRules: () => ROUTE_RULES,
    wakeServices: (services) => void (services.length > 0 && log.push(`wake ${services.join()}`)),
    hash: (text) => text,
    cached: () => stored,
    objects: {
      find: async () => stored,
      apply: store,
      dryRun: async () => undefined,
      setOwners: async (object) => object,
      delete: async () => undefined,
    },
    driftRepaired: () => undefined,
    changed: (object, { reason }) => void (object.kind === 'Tunnel' && reason !== 'ObjectUpdated' && log.push(reason)),
  };
  return world;
}

/** `one, two` of `one.example.com` and `two.example.com`. */
function names(hostnames: readonly string[]): string {
  return hostnames.map((hostname) => hostname.split('.')[0]).join(', ');
}

/** Two connectors that all carry the hash. */
function aRollout(hash: string): Deployment {
  const counts = { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
  return aDeployment('shop/home-cloudflared', {
    podAnnotations: { 'cftunnel.io/config-hash': hash },
    status: { observedGeneration: 1, ...counts },
  });
}

function aReadyPod(index: number): Pod {
  const conditions = [{ type: 'Ready', status: 'True' }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: String(index) }, status: { conditions } };
}
