import { describe, expect, it } from '@jest/globals';
import { PodNetwork } from '../../src/kubelet/pod-network.ts';

describe('the Pod network', () => {
  it('allocates addresses in sequence and does not soon reuse a released one', () => {
    const network = new PodNetwork();
    const { ip: first } = network.allocate();
    network.release(first);

    expect([first, network.allocate().ip, network.allocate().ip]).toEqual(['10.244.0.2', '10.244.0.3', '10.244.0.4']);
  });

  it('also gives every Pod a loopback address with the same host part', () => {
    const network = new PodNetwork();

    expect(network.allocate().loopback).toMatch(/^127\.\d+\.\d+\.2$/);
    expect(network.allocate().loopback).toMatch(/^127\.\d+\.\d+\.3$/);
  });

  it('never allocates an address twice, and fails when none is left', () => {
    const network = new PodNetwork();
    const held = network.allocate().ip;
    const rest = Array.from({ length: 254 * 254 - 1 }, () => network.allocate().ip);
    expect(new Set([held, ...rest]).size).toBe(254 * 254);
    expect(() => network.allocate()).toThrow('no Pod address left');

    network.release(rest[7] ?? '');

    expect(network.allocate().ip).toBe(rest[7]);
  });
});
