import { describe, expect, it } from '@jest/globals';
import type { TunnelStatus } from '../../../src/api/tunnel.gen.ts';
import { type TunnelFacts, describeTunnel, targetOf } from '../../../src/core/status/tunnel.ts';
import { aTunnel } from '../../support/builders.ts';

const CONDITIONS = [
  { type: 'Ready', status: 'True', reason: 'Ready', message: 'ok', lastTransitionTime: '2026-01-01T00:00:00Z' },
] as const;

/** What is known of a Tunnel in a pass that did not get far. */
const LITTLE_KNOWN: TunnelFacts = {
  tunnelName: 'prod/shop/home',
  replicas: 2,
  readyReplicas: 1,
  routes: { attached: 3, refused: 1 },
  hostnames: ['b.example.com', 'a.example.com', 'b.example.com'],
  conditions: CONDITIONS,
};

const FACTS: TunnelFacts = {
  ...LITTLE_KNOWN,
  accountId: 'account-1',
  tunnelId: 'tunnel-1',
  configHash: 'abc',
  image: 'a:1',
};

const STATUS: TunnelStatus = {
  observedGeneration: 4,
  accountId: 'account-1',
  tunnelId: 'tunnel-1',
  target: 'tunnel-1.cfargotunnel.com',
  tunnelName: 'prod/shop/home',
  replicas: 2,
  readyReplicas: 1,
  selector: 'app.kubernetes.io/name=cloudflared,app.kubernetes.io/instance=home',
  routes: { attached: 3, refused: 1 },
  hostnames: 'a.example.com, b.example.com',
  config: { hash: 'abc' },
  connectors: { image: 'a:1' },
  conditions: [...CONDITIONS],
};

describe('describeTunnel', () => {
  it('tells all that was found out', () => {
    expect(describeTunnel(aTunnel('shop/home', { generation: 4 }), FACTS)).toEqual(STATUS);
  });

  it('keeps what it said before of facts that were not found out', () => {
    const tunnel = aTunnel('shop/home', { generation: 4, status: STATUS });

    expect(describeTunnel(tunnel, LITTLE_KNOWN)).toEqual(STATUS);
  });

  it('says nothing of what was never known', () => {
    const status = describeTunnel(aTunnel('shop/home'), LITTLE_KNOWN);

    for (const field of ['accountId', 'tunnelId', 'target', 'config', 'connectors'])
      expect(status).not.toHaveProperty(field);
  });

  it.each([
    { hostnames: [], shown: undefined },
    { hostnames: ['d', 'b', 'a', 'b', 'c'], shown: 'a, b, c and 1 more' },
    { hostnames: ['c', 'b', 'a'], shown: 'a, b, c' },
    { hostnames: ['c', 'd', 'a', 'b', 'a'], shown: 'a, b, c and 1 more' },
  ])('shows $shown of the hostnames $hostnames, in whatever order they are found', ({ hostnames, shown }) => {
    expect(describeTunnel(aTunnel('shop/home'), { ...FACTS, hostnames }).hostnames).toBe(shown);
  });

  it('follows a tunnel that was made anew', () => {
    const tunnel = aTunnel('shop/home', { status: STATUS });

    expect(describeTunnel(tunnel, { ...FACTS, tunnelId: 'tunnel-2' })).toMatchObject({
      tunnelId: 'tunnel-2',
      target: 'tunnel-2.cfargotunnel.com',
    });
  });
});

describe('targetOf', () => {
  it('is where a record of the tunnel points', () => {
    expect(targetOf('tunnel-1')).toBe('tunnel-1.cfargotunnel.com');
  });
});
