import { describe, expect, it } from '@jest/globals';
import { decodeRoutes, encodeRoutes } from '../../../src/core/published-routes/routes-json.ts';
import { configMapFor } from '../../../src/core/manifests/config-map.ts';
import { ownedMetadata } from '../../../src/core/owned.ts';
import { aTunnel } from '../../support/builders.ts';
import { aRoute } from '../../support/routes.ts';

describe('configMapFor', () => {
  const tunnel = aTunnel('shop/home');
  const routes = encodeRoutes([aRoute('a.example.com')]);
  const rules = { config: 'tunnel: 1\n', routes, caFiles: { 'ca-1.pem': 'PEM' }, hash: 'abc' };

  it('contains rules and certificates for cloudflared, the routes for the operator, and the hash of the rules', () => {
    expect(configMapFor(tunnel, rules)).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: ownedMetadata(tunnel, 'home-cloudflared', { 'cftunnel.io/config-hash': 'abc' }),
      data: { 'config.yaml': rules.config, 'routes.json': rules.routes, 'ca-1.pem': 'PEM' },
    });
  });

  it('allows the routes to be read back', () => {
    expect(decodeRoutes(configMapFor(tunnel, rules))).toEqual([aRoute('a.example.com')]);
  });
});
