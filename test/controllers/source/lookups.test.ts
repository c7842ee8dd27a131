import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/api/objects.ts';
import { Lookups, NONE, areCurrent, keysOf } from '../../../src/controllers/source/lookups.ts';
import { type RelatedObjects, relatedAmong } from '../../../src/core/sources/related.ts';
import { aService } from '../../support/builders.ts';
import { aGrant } from '../../support/gateways.ts';
import { NGINX } from '../../support/ingresses.ts';

const WEB = aService('shop/web');
const GRANT = aGrant('blog/a', 'shop');
const OTHER = aGrant('blog/b', 'docs');

/** What is read of these objects by a request. */
function readsOf(objects: readonly KubeObject[], request: (related: RelatedObjects) => unknown) {
  const lookups = new Lookups(relatedAmong(objects));
  request(lookups);
  return lookups.take();
}

describe('a request is remembered with what it reads', () => {
  it('of single objects, of all of a namespace, and of whether a kind can be read', () => {
    const lookups = new Lookups(relatedAmong([WEB, GRANT]));

    expect(lookups.get('Service', 'shop/web')).toBe(WEB);
    expect(lookups.get('Service', 'shop/none')).toBeUndefined();
    expect(lookups.list('ReferenceGrant', 'blog')).toEqual([GRANT]);
    expect(lookups.isReadable('IngressClass')).toBe(false);

    const reads = lookups.take();
    expect(reads).toStrictEqual([
      { kind: 'Service', key: 'shop/web', found: WEB },
      { kind: 'Service', key: 'shop/none', found: undefined },
      { kind: 'ReferenceGrant', namespace: 'blog', listed: [GRANT] },
      { kind: 'IngressClass', isReadable: false },
    ]);
    expect(keysOf(reads)).toEqual(['Service shop/web', 'Service shop/none', 'ReferenceGrant in blog']);
  });

  it('only once', () => {
    const lookups = new Lookups(relatedAmong([WEB]));
    lookups.get('Service', 'shop/web');

    expect([lookups.take().length, lookups.take()]).toEqual([1, NONE]);
    expect(lookups.take()).toBe(NONE);
  });
});

const getWeb = (related: RelatedObjects) => related.get('Service', 'shop/web');
const listGrants = (related: RelatedObjects) => related.list('ReferenceGrant', 'blog');
const askForClasses = (related: RelatedObjects) => related.isReadable('IngressClass');

describe('a result is kept', () => {
  it.each<{
    case: string;
    request: (related: RelatedObjects) => unknown;
    before: readonly KubeObject[];
    after: readonly KubeObject[];
    isKept: boolean;
  }>([
    { case: 'an object is the same', request: getWeb, before: [WEB], after: [WEB, GRANT], isKept: true },
    { case: 'an object is another', request: getWeb, before: [WEB], after: [{ ...WEB }], isKept: false },
    { case: 'an object is gone', request: getWeb, before: [WEB], after: [], isKept: false },
    { case: 'an object is missing as before', request: getWeb, before: [], after: [GRANT], isKept: true },
    { case: 'the objects are the same', request: listGrants, before: [GRANT], after: [GRANT, WEB], isKept: true },
    {
      case: 'one of them is another',
      request: listGrants,
      before: [GRANT, OTHER],
      after: [GRANT, { ...OTHER }],
      isKept: false,
    },
    { case: 'there is one more', request: listGrants, before: [GRANT], after: [GRANT, OTHER], isKept: false },
    { case: 'there is one less', request: listGrants, before: [GRANT, OTHER], after: [GRANT], isKept: false },
    { case: 'there are none as before', request: listGrants, before: [], after: [WEB], isKept: true },
    { case: 'a kind is as readable as before', request: askForClasses, before: [], after: [WEB], isKept: true },
    { case: 'a kind has become readable', request: askForClasses, before: [], after: [NGINX], isKept: false },
  ])('while what it read is: $case ($isKept)', ({ request, before, after, isKept }) => {
    expect(areCurrent(readsOf(before, request), relatedAmong(after))).toBe(isKept);
  });

  it('only if all that it read is current', () => {
    const reads = readsOf([WEB, GRANT], (related) => [getWeb(related), listGrants(related)]);

    expect([[WEB, GRANT], [WEB], [GRANT]].map((objects) => areCurrent(reads, relatedAmong(objects)))).toEqual([
      true,
      false,
      false,
    ]);
  });
});
