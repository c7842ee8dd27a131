import { describe, expect, it } from '@jest/globals';
import { PodNetwork } from '../../../sandbox/kubelet/pod-network.ts';

describe('the Pod network', () => {
  it('gives addresses in order and does not soon give a released one again', () => {
    const network = new PodNetwork();
    const first = network.allocate();
    network.release(first);

    expect([first, network.allocate(), network.allocate()]).toEqual(['10.244.0.2', '10.244.0.3', '10.244.0.4']);
  });

  it('never gives one address to two Pods, until none is left', () => {
    const network = new PodNetwork();
    const held = network.allocate();
    const rest = Array.from({ length: 254 * 254 - 1 }, () => network.allocate());
    expect(new Set([held, ...rest]).size).toBe(254 * 254);
    expect(() => network.allocate()).toThrow('no Pod address left');

    network.release(rest[7] ?? '');

    expect(network.allocate()).toBe(rest[7]);
  });
});
