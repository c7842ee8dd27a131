import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  firstKeyOf,
  keyAtTunnel,
  kindOf,
  namespaceOf,
  objectKeyOf,
  sourceKey,
  titleOf,
} from '../../../src/core/model/source.ts';
import { anyKey } from '../../support/arbitraries.ts';

describe('the key of a source', () => {
  it.each([
    { kind: 'Service', key: 'shop/web', title: 'Service shop/web' },
    { kind: 'HTTPRoute', key: 'HTTPRoute/shop/web', title: 'HTTPRoute shop/web' },
  ])('of a $kind is $key', ({ kind, key, title }) => {
    expect(sourceKey(kind, 'shop/web')).toBe(key);
    expect(titleOf(key)).toBe(title);
  });

  it('gives its kind, namespace and object back', () => {
    fc.assert(
      fc.property(fc.constantFrom('Service', 'Ingress', 'HTTPRoute'), anyKey(), (kind, object) => {
        const key = sourceKey(kind, object);
        expect([kindOf(key), objectKeyOf(key), namespaceOf(key)]).toEqual([kind, object, object.split('/')[0]]);
      }),
    );
  });

  it('at a further Tunnel is another one of the same object', () => {
    fc.assert(
      fc.property(anyKey(), anyKey(), (object, tunnel) => {
        const first = sourceKey('HTTPRoute', object);
        const further = keyAtTunnel(first, tunnel);
        expect(further).not.toBe(first);
        expect([first, further].map(firstKeyOf)).toEqual([first, first]);
        expect([kindOf(further), objectKeyOf(further), titleOf(further)]).toEqual([
          'HTTPRoute',
          object,
          titleOf(first),
        ]);
      }),
    );
  });

  it.each(['', 'web', '/', 'a/b/c/d'])('may be broken in routes.json: %j', (key) => {
    expect(() => [titleOf(key), namespaceOf(key)]).not.toThrow();
  });
});
