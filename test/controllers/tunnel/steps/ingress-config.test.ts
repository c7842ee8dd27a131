import { expect, it } from '@jest/globals';
import type { ConfigMap, KubeObject } from '../../../../src/api/objects.ts';
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
import { aPass } from '../../../support/tunnel-pass.ts';

const TUNNEL = aTunnel('shop/home', { status: { config: { hash: 'abc' } } });
const ROUTES = [aRoute('app.example.com')];
const OURS: ConfigMap = {
  ...aConfigMap('shop/home-cloudflared', {}),
  metadata: ownedMetadata(TUNNEL, 'home-cloudflared'),
};

it('what is published is what the ConfigMap of the Tunnel says', () => {
  expect(publishedRoutes(seeing(OURS), aPass(TUNNEL))).toEqual(ROUTES);
});

it('a ConfigMap that somebody else has made under its name says nothing of what is published', () => {
  const foreign = { ...OURS, metadata: { ...OURS.metadata, ownerReferences: [] } };

  expect(publishedRoutes(seeing(foreign), aPass(TUNNEL))).toEqual([]);
  expect(publishedRoutesOrUnknown(seeing(foreign), aPass(TUNNEL))).toBe('unknown');
});

// Invariant 16.
it('a rule that a person has made lead elsewhere is not published, though its record is still there', async () => {
  const stray = aRoute('app.example.com', 'shop/web', 'http://db.blog.svc:80');

  const { config, refused } = await publish({ published: [stray], wanted: [aRoute('fine.example.com')] });

  expect(hostnamesIn(config)).toEqual(['fine.example.com']);
  expect(refused).toEqual([
    'app.example.com is not published: its origin http://db.blog.svc:80 is not an address of its Service',
  ]);
});

// Invariant 20.
it('a rule is not published without the certificates it names', async () => {
  const lacking = { ...aRoute('app.example.com'), caPool: { name: 'ca', fingerprint: 'nobody-has-them' } };

  const { config } = await publish({ published: [], wanted: [lacking, aRoute('fine.example.com')] });

  expect(hostnamesIn(config)).toEqual(['fine.example.com']);
});

async function answered(manifest: KubeObject): Promise<KubeObject> {
  return manifest;
}

interface Rules {
  readonly published: readonly Route[];
  readonly wanted: readonly Route[];
}

/** What a pass publishes while every record is still there. */
async function publish({ published, wanted }: Rules): Promise<{ config: CloudflaredConfig; refused: string[] }> {
  const rendered: CloudflaredConfig[] = [];
  const port: IngressConfigPort = {
    ...seeing(OURS),
    routesIn: () => published,
    wantedRoutes: () => wanted,
    certificates: () => undefined,
    fingerprint: (text) => text,
    routeRules: ROUTE_RULES,
    renderConfig: (config) => String(rendered.push(config)),
    hash: (text) => text,
    cached: () => OURS,
    objects: { find: answered, apply: answered, dryRun: answered, setOwners: answered, delete: async () => undefined },
    driftRepaired: () => undefined,
    wakeServices: () => undefined,
    changed: () => undefined,
    reroute: async () => undefined,
  };
  const records = { mayExist: () => true, mayBeMade: () => true, isGone: () => false, mayBeForgotten: false };
  const { refused } = await publishConfig(port, aPass(TUNNEL), { tunnelId: 't', records });
  return {
    config: rendered.at(-1) ?? { tunnel: '', 'credentials-file': '', ingress: [] },
    refused: refused.map(({ why }) => why),
  };
}

function hostnamesIn({ ingress }: CloudflaredConfig): readonly string[] {
  return ingress.flatMap(({ hostname }) => hostname ?? []);
}

/** The cache holds one ConfigMap, which reads as the same routes whoever owns it. */
function seeing(configMap: ConfigMap): PublishedRoutesPort {
  return { configMaps: { get: () => configMap }, routesIn: () => ROUTES };
}
