import { describe, expect, it } from '@jest/globals';
import type { ConfigMap, KubeObject, Tunnel } from '../../../../src/api/objects.ts';
import {
  type PublishedRoutesPort,
  publishedRoutes,
  publishedRoutesOrUnknown,
} from '../../../../src/controllers/tunnel/pass/published-routes.ts';
import { publishConfig } from '../../../../src/controllers/tunnel/steps/ingress-config.ts';
import type { IngressConfigPort } from '../../../../src/controllers/tunnel/steps/rules.ts';
import type { CloudflaredConfig } from '../../../../src/core/ingress/rule.ts';
import { ownedMetadata } from '../../../../src/core/owned.ts';
import type { Route } from '../../../../src/core/model/route.ts';
import { aConfigMap, aTunnel } from '../../../support/builders.ts';
import { ROUTE_RULES } from '../../../support/requests.ts';
import { aRoute } from '../../../support/routes.ts';
import { PROXY_PORT, isOfProxy } from '../../../support/proxy-port.ts';
import { aPass } from '../../../support/tunnel-pass.ts';
import { TunnelWorld } from '../../../support/tunnel-world.ts';
import { unprotected } from '../../../support/applications.ts';

const TUNNEL = aTunnel('shop/home', { status: { config: { hash: 'abc' } } });
const FINE = aRoute('fine.example.com');
const OURS: ConfigMap = {
  ...aConfigMap('shop/home-cloudflared', {}),
  metadata: ownedMetadata(TUNNEL, 'home-cloudflared'),
};

describe('what is published', () => {
  const foreign = { ...OURS, metadata: { ...OURS.metadata, ownerReferences: [] } };

  it.each([
    { case: 'says the ConfigMap of the Tunnel', configMap: OURS, tunnel: TUNNEL, routes: [FINE], known: [FINE] },
    { case: 'is lost with it', configMap: undefined, tunnel: TUNNEL, routes: [], known: 'unknown' },
    { case: 'says none of somebody else', configMap: foreign, tunnel: TUNNEL, routes: [], known: 'unknown' },
    {
      case: 'is nothing before the first rules',
      configMap: undefined,
      tunnel: aTunnel('shop/home', { status: {} }),
      routes: [],
      known: [],
    },
  ])('$case', ({ configMap, tunnel, routes, known }) => {
    expect(publishedRoutes(seeing(configMap), aPass(tunnel))).toEqual(routes);
    expect(publishedRoutesOrUnknown(seeing(configMap), aPass(tunnel))).toEqual(known);
  });

  it('is read from a ConfigMap without an owner once it is adopted, and routes are built again', async () => {
    const world = await TunnelWorld.settled();
    world.alter('ConfigMap', { ownerReferences: [] });

    await world.pass();

    expect(world.log).toEqual(['own ConfigMap', 'reroute']);
  });
});

// Invariant 16.
it('a rule that a person has made lead elsewhere is not published, though its record is still there', async () => {
  const stray = aRoute('app.example.com', 'shop/web', 'http://db.blog.svc:80');

  const { hostnames, refused } = await publish({ published: [stray], wanted: [FINE] });

  expect(hostnames).toEqual(['fine.example.com']);
  expect(refused.map(({ why }) => why)).toEqual([
    'app.example.com is not published: its origin http://db.blog.svc:80 is not an address of its Service',
  ]);
});

// Invariant 20.
describe('the certificates of a rule', () => {
  const route = { ...aRoute('app.example.com'), caPool: { name: 'ca', fingerprint: 'print of pem' } };
  const file = 'ca-print of pem.pem';

  it.each([
    { case: 'are those that their object holds', held: 'pem', data: { [file]: 'old' }, content: 'pem' },
    { case: 'are those published last if their object is gone', data: { [file]: 'pem' }, content: 'pem' },
    { case: 'are not those that somebody has put there', data: { [file]: 'other' } },
    { case: 'are held by nobody, so it is not published', data: {} },
    { case: 'are held by nobody, and nothing is published yet', data: undefined },
  ])('$case', async ({ held, data, content }) => {
    for (const routes of [{ wanted: [route, FINE] }, { published: [route], wanted: [FINE] }]) {
      const { wanted, hostnames, configMap } = await publish({ ...routes, held, data });

      expect(hostnames).toEqual([...(content === undefined ? [] : ['app.example.com']), 'fine.example.com']);
      expect(configMap?.data?.[file]).toBe(content);
      expect(wanted).toHaveLength(content === undefined ? 1 : routes.wanted.length);
    }
  });
});

it('a Service that has no rule left is woken, and no other', async () => {
  const gone = aRoute('gone.example.com', 'shop/gone');

  const { woken } = await publish({ published: [FINE, gone, gone], wanted: [FINE], mayExist: false });

  expect(woken).toEqual(['shop/gone']);
});

it('routes that do not fit are left out, and the others are published', async () => {
  const path = { type: 'Prefix', value: `/${'a'.repeat(300_000)}` } as const;
  const wanted = ['one', 'two'].map((name) => ({ ...aRoute(`${name}.example.com`), path }));

  const { hostnames, unfit, served } = await publish({ wanted });

  expect([hostnames, served.length, unfit.length]).toEqual([['one.example.com'], 1, 1]);
});

it('a mistake in the spec that cloudflared rejects is for a person to correct, and nothing is written', async () => {
  const tunnel = aTunnel('shop/home', { spec: { fallback: 'http://a b' } });

  await expect(publish({ wanted: [FINE], tunnel })).rejects.toMatchObject({
    reason: 'InvalidSpec',
    disposition: 'stall',
  });
});

async function answered(manifest: KubeObject): Promise<KubeObject> {
  return manifest;
}

interface Given {
  readonly wanted: readonly Route[];
  readonly published?: readonly Route[];
  /** Certificates in the object that routes refer to. */
  readonly held?: string | undefined;
  /** What the ConfigMap contains. */
  readonly data?: Readonly<Record<string, string>> | undefined;
  /** Whether the records of the published routes may be there. */
  readonly mayExist?: boolean;
  readonly tunnel?: Tunnel;
}

async function publish({ wanted, published = [], held, mayExist = true, tunnel = TUNNEL, ...given }: Given) {
  const { data } = { data: {}, ...given };
  const rendered: CloudflaredConfig[] = [];
  const woken: string[] = [];
  const applied: ConfigMap[] = [];
  const stored = data && { ...OURS, data };
  const port: IngressConfigPort = {
    ...PROXY_PORT,
    configMaps: { get: (key) => (isOfProxy(key) ? undefined : stored) },
    deployments: { get: () => undefined },
    routesIn: () => published,
    certificates: () => held,
    fingerprint: (text) => `print of ${text.trim()}`,
    routeRules: () => ROUTE_RULES,
    renderConfig: (config) => `${JSON.stringify(config)} ${rendered.push(config)}`,
    hash: (text) => text,
    cached: () => stored,
    objects: {
      find: answered,
      apply: async (object) => {
        applied.push(object);
        return object;
      },
      dryRun: answered,
      setOwners: answered,
      delete: async () => undefined,
    },
    driftRepaired: () => undefined,
    wakeServices: (services) => void woken.push(...services),
    changed: () => undefined,
    reroute: async () => undefined,
  };
  const records = {
    mayExist: () => mayExist,
    mayLeadToTunnel: () => false,
    mayBeMade: () => true,
    isGone: () => false,
    mayBeForgotten: false,
  };
  const result = await publishConfig(port, aPass(tunnel), {
    tunnelId: 't',
    records,
    applications: unprotected(wanted),
  });
  const hostnames = (rendered.at(-1)?.ingress ?? []).flatMap(({ hostname }) => hostname ?? []);
  return { ...result, hostnames, woken, configMap: applied.at(-1) };
}

/** The cache holds this ConfigMap, which reads as the same routes whoever owns it. */
function seeing(configMap: ConfigMap | undefined): PublishedRoutesPort {
  return { configMaps: { get: () => configMap }, routesIn: () => [FINE] };
}
