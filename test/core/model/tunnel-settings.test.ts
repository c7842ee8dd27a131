import { describe, expect, it } from '@jest/globals';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { remoteNameOf, settingsOf } from '../../../src/core/model/tunnel-settings.ts';
import { aTunnel } from '../../support/builders.ts';

describe('settingsOf', () => {
  it('fills in the defaults', () => {
    expect(settingsOf(aTunnel('shop/home'))).toMatchObject({
      replicas: 2,
      dnsMode: 'Sync',
      onConflict: 'Refuse',
      proxied: true,
      deletionPolicy: 'Delete',
      cloudflared: { protocol: 'http2', logLevel: 'info', gracePeriod: '30s', networkPolicy: false },
    });
  });

  it('uses the values of the spec, even empty ones', () => {
    const spec = {
      replicas: 0,
      dns: { mode: 'Disabled', onConflict: 'Overwrite', proxied: false },
      deletionPolicy: 'Retain',
      cloudflared: { protocol: 'quic', podDisruptionBudget: false },
    } as const;

    expect(settingsOf(aTunnel('shop/home', { spec }))).toMatchObject({
      replicas: 0,
      dnsMode: 'Disabled',
      onConflict: 'Overwrite',
      proxied: false,
      deletionPolicy: 'Retain',
      cloudflared: { protocol: 'quic', podDisruptionBudget: false, gracePeriod: '30s' },
    });
  });

  it.each<{ case: string; spec: Partial<TunnelSpec>; policy: string }>([
    { case: 'retains an existing tunnel', spec: { existingTunnel: { name: 'old' } }, policy: 'Retain' },
    {
      case: 'deletes an existing tunnel only if the spec says so',
      spec: { existingTunnel: { name: 'old' }, deletionPolicy: 'Delete' },
      policy: 'Delete',
    },
    { case: 'deletes its own tunnel', spec: {}, policy: 'Delete' },
  ])('$case', ({ spec, policy }) => {
    expect(settingsOf(aTunnel('shop/home', { spec })).deletionPolicy).toBe(policy);
  });
});

describe('remoteNameOf', () => {
  it('separates cluster, namespace and name by slashes', () => {
    expect(remoteNameOf(aTunnel('shop/home'), 'prod')).toBe('prod/shop/home');
  });

  it('is the name in the spec, if there is one', () => {
    expect(remoteNameOf(aTunnel('shop/home', { spec: { tunnelName: 'mine' } }), 'prod')).toBe('mine');
  });
});
