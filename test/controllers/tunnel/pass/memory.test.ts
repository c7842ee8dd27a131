import { describe, expect, it } from '@jest/globals';
import { TunnelMemories } from '../../../../src/controllers/tunnel/pass/memory.ts';
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

  it('names the Tunnels of which nothing is left but finalizers', () => {
    const memories = new TunnelMemories();
    memories.of(HOME).isCleanedUp = true;
    memories.of(aTunnel('shop/other')).isUnpublished = true;

    expect(memories.cleanedUp()).toEqual(['shop/home']);
  });
});
