import { describe, expect, it } from '@jest/globals';
import { requestedNames } from '../../../src/core/explain/explain.ts';
import { aService, aTunnel } from '../../support/builders.ts';
import { routed } from '../../support/routed.ts';
import { API, EXPOSED, HOME, OBJECTS, STATUS, about } from './a-cluster.ts';

describe('a hostname', () => {
  it('is explained by its holder, the other rules for it, and who does not have it', () => {
    const conflict = {
      reason: 'HostnameConflict',
      message:
        'app.example.com belongs to Service shop/web, which is older, and a hostname belongs to one namespace and one Tunnel. Choose another hostname, or remove it from that Service: this one then takes it over',
    };

    expect(about('app.example.com', OBJECTS)).toStrictEqual({
      hostname: 'app.example.com',
      holder: {
        claim: 'app.example.com',
        source: 'shop/web',
        origin: 'http://web.shop.svc:80',
        tunnel: 'shop/home',
        claimants: 6,
        isPublished: undefined,
        condition: EXPOSED,
        ready: STATUS.conditions[1],
        isSuspended: false,
      },
      others: [
        {
          claim: 'app.example.com/api',
          source: 'shop/api',
          origin: 'http://api.shop.svc:80',
          access: { application: 'app.example.com/api', policies: ['shop/staff'] },
        },
        { claim: '*.example.com', source: 'shop/any', origin: 'http://any.shop.svc:80' },
      ],
      refused: [
        { source: 'zoo/b', problems: [conflict] },
        { source: 'zoo/a', problems: [conflict] },
        { source: 'zoo/c', problems: [conflict] },
      ],
    });
  });

  it('has no holder if nobody asks for it, and others may ask for a part of it', () => {
    expect(about('other.test', OBJECTS)).toStrictEqual({ hostname: 'other.test', others: [], refused: [] });
    expect(about('app.example.com', [HOME, API])).toStrictEqual({
      hostname: 'app.example.com',
      others: [],
      refused: [{ source: 'shop/api', problems: [expect.objectContaining({ reason: 'AccessNotReady' })] }],
    });
  });

  it.each([
    ['app.example.com', '/api/users', 'shop/api'],
    ['app.example.com', '/apiary', 'shop/web'],
    ['nas.example.com', '/', 'shop/nas'],
    ['other.example.com', '/', 'shop/any'],
    ['deep.other.example.com', '/', 'shop/any'],
  ])('%s%s leads to %s', (hostname, path, source) => {
    expect(about(hostname, OBJECTS, path).holder?.source).toBe(source);
  });

  it.each([
    { name: 'oldest', years: [2021, 2022, 2023] },
    { name: 'youngest', years: [2023, 2022, 2021] },
  ])('resolves to the Tunnel that claims it, else to that of the longest wildcard, also the $name', ({ years }) => {
    const names = { exact: 'a.b.c', long: '*.d.b.c', wide: '*.b.c' };
    const objects = Object.entries(names).flatMap(([name, hostname], index) => [
      aTunnel(`shop/${name}`),
      aService(`shop/${name}`, { tunnel: name, hostname, createdAt: `${years[index]}-01-01T00:00:00Z` }),
    ]);

    expect(['a.b.c', 'x.d.b.c', 'x.b.c'].map((name) => about(name, objects).holder?.tunnel)).toStrictEqual([
      'shop/exact',
      'shop/long',
      'shop/wide',
    ]);
  });
});

it('the names that somebody asks for are listed once', () => {
  expect(requestedNames(routed(OBJECTS))).toStrictEqual([
    'app.example.com',
    'app.example.net',
    '*.example.com',
    'nas.example.com',
  ]);
});
