/** What sources ask about other objects, and what that makes them depend on. */
import { describe, expect, it } from '@jest/globals';
import { Sources } from '../../../src/controllers/source/sources.ts';
import type { OriginFacts, RouteSource } from '../../../src/core/sources/source.ts';
import type { RelatedObjects } from '../../../src/core/sources/related.ts';
import { aTunnel } from '../../support/builders.ts';
import { PARSERS } from '../../support/parsers.ts';
import { aRoute } from '../../support/routes.ts';
import { NOTHING_RELATED, SITES, type Site, aSite, observed } from '../../support/sources.ts';

const [ONE, TWO] = [aSite('shop/one'), aSite('shop/two')];
const [KEY_ONE, KEY_TWO] = ['Site/shop/one', 'Site/shop/two'];

function sourcesOf(source: RouteSource<Site>): Sources {
  return new Sources([observed(source, () => [ONE, TWO])], PARSERS, NOTHING_RELATED);
}

/** Sites that ask this before they request exposure, which they do or not. */
function asking(ask: (related: RelatedObjects) => unknown, isRequested: boolean): RouteSource<Site> {
  return {
    ...SITES,
    requestsExposure: (_, related) => {
      ask(related);
      return isRequested;
    },
  };
}

const askForService = (related: RelatedObjects) => related.get('Service', 'shop/web');
const listGrants = (related: RelatedObjects) => related.list('ReferenceGrant', 'shop');

describe('sources that ask', () => {
  it('for an object before they request exposure depend on it once they have been looked at', () => {
    const source = asking(askForService, false);
    const sources = sourcesOf(source);

    expect([ONE, TWO].map((object) => sources.requestsExposure({ source, object }))).toEqual([false, false]);
    expect(sources.dependentsOf('Service', 'shop/web')).toEqual([KEY_ONE, KEY_TWO]);
  });

  it('and request exposure are in the next table anyway', () => {
    const source = asking(askForService, true);
    const sources = sourcesOf(source);

    expect(sources.requestsExposure({ source, object: ONE })).toBe(true);
    expect(sources.dependentsOf('Service', 'shop/web')).toEqual([]);
  });

  it.each([true, false])(
    'depend on the answer in every table, each once, if they request exposure (%s)',
    (isRequested) => {
      const source = asking(askForService, isRequested);
      const sources = sourcesOf(source);
      sources.requestsExposure({ source, object: ONE });

      expect(sources.requests()).toHaveLength(isRequested ? 2 : 0);
      expect(sources.dependentsOf('Service', 'shop/web')).toEqual([KEY_ONE, KEY_TWO]);
    },
  );

  it.each([
    { kind: 'ReferenceGrant', key: 'shop/any', dependents: [KEY_ONE, KEY_TWO] },
    { kind: 'ReferenceGrant', key: 'blog/any', dependents: [] },
    { kind: 'Service', key: 'shop/any', dependents: [] },
    // Of the whole cluster, although it begins like the namespace.
    { kind: 'ReferenceGrant', key: 'shopx', dependents: [] },
  ])('for all ReferenceGrants of shop depend on $kind $key: $dependents', ({ kind, key, dependents }) => {
    const sources = sourcesOf({
      ...SITES,
      parse: (site, parsers, related) => {
        listGrants(related);
        return SITES.parse(site, parsers, related);
      },
    });
    sources.requests();

    expect(sources.dependentsOf(kind, key)).toEqual(dependents);
  });
});

describe('a kind decides', () => {
  const tunnel = aTunnel('shop/home');

  it('where a route may lead, by the object, the Tunnel and everything else', () => {
    const asked: OriginFacts<Site>[] = [];
    const sources = sourcesOf({ ...SITES, isOwnOrigin: (_, facts) => asked.push(facts) > 1 });

    expect(sources.isOwnOrigin(aRoute('a.example.com', KEY_ONE), tunnel)).toBe(false);
    expect(sources.isOwnOrigin(aRoute('a.example.com', 'Site/shop/gone'), undefined)).toBe(true);
    expect(asked).toStrictEqual([
      { object: ONE, tunnel, related: NOTHING_RELATED },
      { object: undefined, tunnel: undefined, related: NOTHING_RELATED },
    ]);
  });

  it.each([{ isOurs: true }, { isOurs: false }, { isOurs: undefined }])(
    'whether a status is ours to write ($isOurs), which it is otherwise',
    ({ isOurs }) => {
      const source = isOurs === undefined ? SITES : { ...SITES, isStatusOurs: () => isOurs };

      expect(sourcesOf(source).isStatusOurs({ source, object: ONE })).toBe(isOurs ?? true);
    },
  );
});
