import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { byAge, compare, keyOf, splitKey } from '../../src/core/keys.ts';
import { anyKey, shuffled } from '../support/arbitraries.ts';
import { aNamespace, aService } from '../support/builders.ts';

describe('keyOf', () => {
  it('joins namespace and name', () => {
    expect(keyOf(aService('shop/web'))).toBe('shop/web');
  });

  it('is the name alone for a cluster-scoped object', () => {
    expect(keyOf(aNamespace('shop'))).toBe('shop');
  });

  it('is reversed by splitKey', () => {
    expect(splitKey(keyOf(aService('shop/web')))).toEqual({ namespace: 'shop', name: 'web' });
  });
});

describe('byAge', () => {
  it('puts the older object first, whatever its name', () => {
    const older = aService('shop/z', { createdAt: '2026-01-01T00:00:00Z' });
    const younger = aService('shop/a', { createdAt: '2026-01-01T00:00:01Z' });

    expect([younger, older].toSorted(byAge)).toEqual([older, younger]);
  });

  it('orders objects of the same second by key', () => {
    const [a, b] = [aService('shop/a'), aService('shop/b')];

    expect([b, a].toSorted(byAge)).toEqual([a, b]);
  });

  it('does not depend on the order of the input', () => {
    const when = fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z');
    const services = fc
      .uniqueArray(fc.tuple(anyKey(), when), { selector: ([key]) => key, maxLength: 6 })
      .map((list) => list.map(([key, createdAt]) => aService(key, { createdAt })));

    fc.assert(
      fc.property(shuffled(services), ([one, other]) => {
        expect(one.toSorted(byAge)).toEqual(other.toSorted(byAge));
      }),
    );
  });
});

describe('compare', () => {
  it('compares bytes, not words of a language', () => {
    expect(['b', 'a', 'B', 'a-b', 'a.b'].toSorted(compare)).toEqual(['B', 'a', 'a-b', 'a.b', 'b']);
  });

  it('treats equal texts as equal', () => {
    expect(compare('a', 'a')).toBe(0);
  });
});
