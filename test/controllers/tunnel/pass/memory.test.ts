import { describe, expect, it } from '@jest/globals';
import { TunnelMemories } from '../../../../src/controllers/tunnel/pass/memory.ts';
import { NO_PROXY } from '../../../../src/controllers/tunnel/pass/proxy-memory.ts';
import { aTunnel } from '../../../support/builders.ts';
import { aClock } from '../../../support/tunnel-pass.ts';

const HOME = aTunnel('shop/home');
const SUCCESSOR = { ...HOME, metadata: { ...HOME.metadata, uid: 'another' } };

describe('the memory of a Tunnel', () => {
  it('is not inherited by a Tunnel of the same name, which may wait for the whole time', () => {
    const clock = aClock();
    const memories = new TunnelMemories(clock);
    memories.of(HOME).waits.startOrContinue('credentials');
    clock.nowMs = 600_000;

    expect(memories.of(HOME).waits.startOrContinue('credentials')).toBe(600_000);
    expect(memories.of(SUCCESSOR).waits.startOrContinue('credentials')).toBe(0);
  });

  it('knows which proxies lead to a Service, and that they are outdated when its pods come or go', () => {
    const memories = new TunnelMemories();
    const other = aTunnel('shop/other');
    for (const [tunnel, service] of [
      [HOME, 'shop/web'],
      [other, 'shop/api'],
    ] as const)
      memories.of(tunnel).proxy = { ...NO_PROXY, services: new Set([service]) };

    expect(memories.endpointsChanged('shop/web')).toEqual(['shop/home']);
    expect([HOME, other].map((tunnel) => memories.of(tunnel).proxy.isOutdated)).toEqual([true, false]);
    expect(memories.endpointsChanged('shop/unused')).toEqual([]);
  });

  it('names the Tunnels of which nothing is left but finalizers', () => {
    const memories = new TunnelMemories();
    memories.of(HOME).isCleanedUp = true;
    memories.of(aTunnel('shop/other')).isUnpublished = true;

    expect(memories.cleanedUp()).toEqual(['shop/home']);
  });
});
