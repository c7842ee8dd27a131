import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digest } from '../../../src/adapters/digest.ts';
import { clusterIn, clusterMark, tunnelMark } from '../../../src/core/dns/mark.ts';

describe('tunnelMark', () => {
  it('names the owner of the record', () => {
    expect(tunnelMark('prod', 'shop/home', digest)).toBe('cftunnel.io owner=prod/shop/home');
  });

  it('keeps a mark of exactly 100 characters', () => {
    const tunnel = `shop/${'a'.repeat(100 - clusterMark('prod').length - 5)}`;

    expect(tunnelMark('prod', tunnel, digest)).toBe(`${clusterMark('prod')}${tunnel}`);
  });

  it('ends in a hash where it would be longer', () => {
    const tunnel = `${'n'.repeat(63)}/${'t'.repeat(50)}`;

    expect(tunnelMark('prod', tunnel, digest)).toMatch(/^cftunnel\.io owner=prod\/n{63}\/t*~[0-9a-f]{10}$/);
  });

  it('fits into a comment and begins with the mark of the cluster', () => {
    fc.assert(
      fc.property(aName(40), aTunnelKey(), (cluster, tunnel) => {
        const mark = tunnelMark(cluster, tunnel, digest);
        expect(mark.length).toBeLessThanOrEqual(100);
        expect(mark.startsWith(clusterMark(cluster))).toBe(true);
      }),
    );
  });

  it('differs from Tunnel to Tunnel, however long their names', () => {
    fc.assert(
      fc.property(aTunnelKey(), aTunnelKey(), (one, other) => {
        fc.pre(one !== other);
        expect(tunnelMark('prod', one, digest)).not.toBe(tunnelMark('prod', other, digest));
      }),
      { numRuns: 300 },
    );
  });

  it('is never mistaken for that of a cluster with a similar name', () => {
    expect(tunnelMark('prod-2', 'shop/home', digest).startsWith(clusterMark('prod'))).toBe(false);
  });
});

/** Two letters only, so that long names often differ in their tail alone. */
function aName(maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength });
}

function aTunnelKey(): fc.Arbitrary<string> {
  const tail = fc.tuple(fc.nat({ max: 48 }), aName(2)).map(([length, end]) => `${'a'.repeat(length)}${end}`);
  return fc.tuple(fc.constantFrom('shop', 'n'.repeat(63)), tail).map((halves) => halves.join('/'));
}

it.each([
  { comment: 'cftunnel.io owner=prod/shop/home', cluster: 'prod' },
  { comment: 'made by hand', cluster: undefined },
  { comment: 'was cftunnel.io owner=prod/shop/home', cluster: undefined },
  { comment: 'cftunnel.io owner=', cluster: undefined },
])('the mark "$comment" is of cluster $cluster', ({ comment, cluster }) => {
  expect(clusterIn(comment)).toBe(cluster);
});
