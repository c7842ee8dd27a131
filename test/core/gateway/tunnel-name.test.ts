import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ownTunnelOf, tunnelNameOf } from '../../../src/core/gateway/tunnel-name.ts';
import { aGateway } from '../../support/gateways.ts';

/** A name of a Kubernetes object. */
const anyName = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/);

describe('the Tunnel of a Gateway', () => {
  it('has the name of the Gateway', () => {
    expect(ownTunnelOf(aGateway('shop/edge'))).toBe('shop/edge');
    expect(tunnelNameOf('x'.repeat(50))).toBe('x'.repeat(50));
  });

  it.each([
    ['x'.repeat(51), `${'x'.repeat(41)}-ed22facf`],
    [`${'x'.repeat(40)}.${'y'.repeat(20)}`, `${'x'.repeat(40)}-3e4fdb55`],
  ])('has the beginning of a longer name, and a digest: %s', (gateway, tunnel) => {
    expect(tunnelNameOf(gateway)).toBe(tunnel);
  });

  it('always has a name that a Tunnel can have', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        expect(tunnelNameOf(name)).toMatch(/^[a-z0-9]([a-z0-9.-]{0,48}[a-z0-9])?$/);
      }),
    );
  });

  it('is another one for another long name with the same beginning', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyName, { minLength: 2, maxLength: 2 }), (ends) => {
        const [one, other] = ends.map((end) => tunnelNameOf('x'.repeat(50) + end));
        expect(one).not.toBe(other);
      }),
    );
  });
});
