import { describe, expect, it } from '@jest/globals';
import { coverage, domainFor } from '../../../src/core/applications/domain.ts';
import { HOST, at } from './places.ts';

const LONGEST = `${HOST}/${'a'.repeat(62 - HOST.length)}`;

describe('the application of a route', () => {
  it.each([
    [at(HOST), HOST],
    [at(`${HOST}/api`), `${HOST}/api`],
    [at(`${HOST}/api/`, undefined, 'Exact'), `${HOST}/api`],
    [at(`${HOST}/`, undefined, 'Exact'), HOST],
    [at('*.example.com/api'), '*.example.com/api'],
    [at(LONGEST), LONGEST],
  ])('has the hostname and path of the route', (route, domain) => {
    expect(domainFor(route)).toStrictEqual({ domain });
  });

  it.each([
    [
      at(`${HOST}/a.*`, undefined, 'Regex'),
      `${HOST} (Regex /a.*): Access knows no patterns. Use a prefix, or the whole hostname`,
    ],
    [at(`${HOST}/a*b`), `${HOST}/a*b: Access cannot name the path "/a*b". Use a shorter prefix`],
    [at(`${HOST}/ä`), `${HOST}/ä: Access cannot name the path "/ä". Use a shorter prefix`],
    [
      at(`${LONGEST}a`),
      `${LONGEST}a: an Access application can have at most 63 characters for hostname and path, and this has 64. Use a shorter one, or cftunnel.io/access on a path above it`,
    ],
  ])('cannot be made for everything', (route, problem) => {
    expect(domainFor(route)).toStrictEqual({ problem });
  });

  it.each([
    [HOST, `${HOST}/a/b`, true],
    [`${HOST}/a`, `${HOST}/a`, true],
    [`${HOST}/a`, `${HOST}/a/b`, true],
    [`${HOST}/a`, `${HOST}/ab`, false],
    [`${HOST}/a/b`, `${HOST}/a`, false],
    ['*.example.com', HOST, true],
    ['*.example.com/a', `${HOST}/a/b`, true],
    ['*.example.com', 'x.app.example.com', false],
    ['*.example.com', 'example.com', false],
    ['other.example.com', HOST, false],
    ['a.example.com', HOST, false],
    ['*.example.com', '*.example.com/a', true],
  ])('at %s covers %s: %s', (by, of, isCovered) => {
    expect(coverage(at(by), at(of)) !== undefined).toBe(isCovered);
  });

  it('at a path does not cover a pattern, which may match what is not below it', () => {
    expect(coverage(at(`${HOST}/a`), at(`${HOST}/a`, undefined, 'Regex'))).toBeUndefined();
    expect(coverage(at(HOST), at(`${HOST}/a`, undefined, 'Regex'))).toBeDefined();
  });

  it('is nearer on the hostname itself than on a wildcard, and then with the longer path', () => {
    const places = ['*.example.com/a/b', HOST, '*.example.com', `${HOST}/a`, '*.example.com/a'];
    const near = places.map((place) => ({ place, rank: coverage(at(place), at(`${HOST}/a/b`)) ?? Number.NaN }));

    expect(near.toSorted((a, b) => a.rank - b.rank).map(({ place }) => place)).toStrictEqual([
      '*.example.com',
      '*.example.com/a',
      '*.example.com/a/b',
      HOST,
      `${HOST}/a`,
    ]);
  });
});
