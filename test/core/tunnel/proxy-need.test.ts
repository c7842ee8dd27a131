import { describe, expect, it } from '@jest/globals';
import { PROXY_DEFAULTS } from '../../../src/core/model/connector-defaults.ts';
import type { ProxySettings } from '../../../src/core/model/tunnel-settings.ts';
import { proxyNeed, whyNoProxy } from '../../../src/core/tunnel/proxy-need.ts';

type Mode = ProxySettings['mode'];

function settings(mode: Mode): ProxySettings {
  return { ...PROXY_DEFAULTS, mode };
}

describe('connectors have a proxy', () => {
  it.each<{ mode: Mode; isWanted: boolean; isInUse: boolean; hasProxy: boolean; isRetiring: boolean }>([
    { mode: 'Auto', isWanted: false, isInUse: false, hasProxy: false, isRetiring: false },
    { mode: 'Auto', isWanted: true, isInUse: false, hasProxy: true, isRetiring: false },
    { mode: 'Auto', isWanted: true, isInUse: true, hasProxy: true, isRetiring: false },
    { mode: 'Auto', isWanted: false, isInUse: true, hasProxy: true, isRetiring: true },
    { mode: 'Always', isWanted: false, isInUse: false, hasProxy: true, isRetiring: false },
    { mode: 'Off', isWanted: false, isInUse: false, hasProxy: false, isRetiring: false },
    { mode: 'Off', isWanted: false, isInUse: true, hasProxy: true, isRetiring: true },
  ])('$hasProxy with mode $mode, wanted $isWanted, in use $isInUse', ({ mode, isWanted, isInUse, ...need }) => {
    expect(proxyNeed(settings(mode), { isWanted, isInUse })).toEqual(need);
  });
});

describe('why nothing can be served through the proxy', () => {
  it.each<{ mode: Mode; areEndpointsKnown: boolean; why: unknown }>([
    { mode: 'Auto', areEndpointsKnown: true, why: undefined },
    { mode: 'Always', areEndpointsKnown: true, why: undefined },
    { mode: 'Off', areEndpointsKnown: true, why: expect.stringContaining('spec.proxy.mode of the Tunnel is Off') },
    { mode: 'Auto', areEndpointsKnown: false, why: expect.stringContaining('may not list EndpointSlices') },
  ])('with mode $mode, and pods that are known $areEndpointsKnown, is $why', ({ mode, areEndpointsKnown, why }) => {
    expect(whyNoProxy(settings(mode), areEndpointsKnown)).toEqual(why);
  });
});
