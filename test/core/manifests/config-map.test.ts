import { describe, expect, it } from '@jest/globals';
import { readLedger, writeLedger } from '../../../src/core/ingress/ledger.ts';
import { configMapFor } from '../../../src/core/manifests/config-map.ts';
import { ownedMetadata } from '../../../src/core/manifests/owned.ts';
import { aTunnel } from '../../support/builders.ts';
import { aRoute } from '../../support/routes.ts';

describe('configMapFor', () => {
  const tunnel = aTunnel('shop/home');
  const ledger = writeLedger([aRoute('a.example.com')]);
  const rules = { config: 'tunnel: 1\n', ledger, caFiles: { 'ca-1.pem': 'PEM' }, hash: 'abc' };

  it('holds rules and certificates for cloudflared, the ledger for ourselves, and the hash of the rules', () => {
    expect(configMapFor(tunnel, rules)).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: ownedMetadata(tunnel, 'home-cloudflared', { 'cftunnel.io/config-hash': 'abc' }),
      data: { 'config.yaml': rules.config, 'routes.json': rules.ledger, 'ca-1.pem': 'PEM' },
    });
  });

  it('is where the ledger is read from again', () => {
    expect(readLedger(configMapFor(tunnel, rules))).toEqual([aRoute('a.example.com')]);
  });
});
