import { describe, expect, it } from '@jest/globals';
import type { TunnelStatus } from '../../../src/api/tunnel.gen.ts';
import { type TunnelFacts, describeTunnel } from '../../../src/core/status/tunnel.ts';
import { targetOf } from '../../../src/core/tunnel/target.ts';
import { aTunnel } from '../../support/builders.ts';

const CONDITIONS = [
  { type: 'Ready', status: 'True', reason: 'Ready', message: 'ok', lastTransitionTime: '2026-01-01T00:00:00Z' },
] as const;

/** The facts of a pass that has failed early. */
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
  config: { hash: 'abc' },
  image: 'a:1',
  reconciled: 'a moment ago',
  rotation: {
    handled: 'now',
    lastTime: '2026-02-01T00:00:00Z',
    next: { schedule: '0 0 1 * *', timeZone: 'Etc/UTC', time: '2026-03-01T00:00:00Z' },
    pending: { tunnelSecret: 'never shown' },
  },
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
  tokenRotation: { lastTime: '2026-02-01T00:00:00Z', nextTime: '2026-03-01T00:00:00Z', handled: 'now' },
  reconcile: { handled: 'a moment ago' },
  conditions: [...CONDITIONS],
};

describe('describeTunnel', () => {
  it('contains all facts', () => {
    expect(describeTunnel(aTunnel('shop/home', { generation: 4 }), FACTS)).toEqual(STATUS);
  });

  it('keeps the previous values of facts that are absent', () => {
    const tunnel = aTunnel('shop/home', { generation: 4, status: STATUS });

    expect(describeTunnel(tunnel, LITTLE_KNOWN)).toEqual(STATUS);
  });

  it('omits facts that were never known', () => {
    const status = describeTunnel(aTunnel('shop/home'), LITTLE_KNOWN);

    for (const field of ['accountId', 'tunnelId', 'target', 'config', 'connectors', 'tokenRotation', 'reconcile'])
      expect(status).not.toHaveProperty(field);
  });

  it('shows no rotation any more once the record of it is empty', () => {
    const tunnel = aTunnel('shop/home', { generation: 4, status: STATUS });

    expect(describeTunnel(tunnel, { ...FACTS, rotation: {} })).not.toHaveProperty('tokenRotation');
  });

  it.each([
    { hostnames: [], shown: undefined },
    { hostnames: ['d', 'b', 'a', 'b', 'c'], shown: 'a, b, c and 1 more' },
    { hostnames: ['c', 'b', 'a'], shown: 'a, b, c' },
    { hostnames: ['c', 'd', 'a', 'b', 'a'], shown: 'a, b, c and 1 more' },
  ])('shows $shown of the hostnames $hostnames, in any order', ({ hostnames, shown }) => {
    expect(describeTunnel(aTunnel('shop/home'), { ...FACTS, hostnames }).hostnames).toBe(shown);
  });

  it('follows a tunnel that was re-created', () => {
    const tunnel = aTunnel('shop/home', { status: STATUS });

    expect(describeTunnel(tunnel, { ...FACTS, tunnelId: 'tunnel-2' })).toMatchObject({
      tunnelId: 'tunnel-2',
      target: 'tunnel-2.cfargotunnel.com',
    });
  });
});

describe('targetOf', () => {
  it('is the target of the records of the tunnel', () => {
    expect(targetOf('tunnel-1')).toBe('tunnel-1.cfargotunnel.com');
  });
});
