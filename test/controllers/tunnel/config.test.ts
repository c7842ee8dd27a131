import { expect, it } from '@jest/globals';
import type { ConfigMap } from '../../../src/api/objects.ts';
import { publishedRoutes, publishedRoutesOrUnknown } from '../../../src/controllers/tunnel/config.ts';
import type { TunnelContext } from '../../../src/controllers/tunnel/context.ts';
import { ownedMetadata } from '../../../src/core/manifests/owned.ts';
import { aConfigMap, aTunnel } from '../../support/builders.ts';
import { aRoute } from '../../support/routes.ts';

const TUNNEL = aTunnel('shop/home', { status: { config: { hash: 'abc' } } });
const ROUTES = [aRoute('app.example.com')];
const OURS: ConfigMap = {
  ...aConfigMap('shop/home-cloudflared', {}),
  metadata: ownedMetadata(TUNNEL, 'home-cloudflared'),
};

it('what is published is what the ConfigMap of the Tunnel says', () => {
  expect(publishedRoutes(seeing(OURS), TUNNEL)).toEqual(ROUTES);
});

it('a ConfigMap that somebody else has made under its name says nothing of what is published', () => {
  const foreign = { ...OURS, metadata: { ...OURS.metadata, ownerReferences: [] } };

  expect(publishedRoutes(seeing(foreign), TUNNEL)).toEqual([]);
  expect(publishedRoutesOrUnknown(seeing(foreign), TUNNEL)).toBe('unknown');
});

/** The cache holds one ConfigMap, which reads as the same routes whoever has made it. */
function seeing(configMap: ConfigMap): TunnelContext {
  const parts: Partial<TunnelContext> = { configMaps: { get: () => configMap }, publishedRoutes: () => ROUTES };
  return parts as TunnelContext;
}
