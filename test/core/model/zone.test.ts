import { describe, expect, it } from '@jest/globals';
import { writableZones, zoneOf, zonesOf } from '../../../src/core/model/zone.ts';
import { aZone } from '../../support/dns.ts';

const ZONES = [aZone('example.com', { id: '1' }), aZone('eu.example.com', { id: '2' }), aZone('example.org')];

describe('zoneOf', () => {
  it.each([
    { hostname: 'app.example.com', zone: 'example.com' },
    { hostname: 'example.com', zone: 'example.com' },
    { hostname: 'app.eu.example.com', zone: 'eu.example.com' },
    { hostname: 'eu.example.com', zone: 'eu.example.com' },
    { hostname: '*.eu.example.com', zone: 'eu.example.com' },
    { hostname: '*.example.com', zone: 'example.com' },
    { hostname: 'a.b.example.org', zone: 'example.org' },
    { hostname: 'app.badexample.com', zone: undefined },
    { hostname: 'com', zone: undefined },
  ])('finds $zone for $hostname, in any order of the zones', ({ hostname, zone }) => {
    expect(zoneOf(hostname, ZONES)?.name).toBe(zone);
    expect(zoneOf(hostname, ZONES.toReversed())?.name).toBe(zone);
  });

  it('finds the same one of two zones with the same name, in any order', () => {
    const twins = ['b', 'a'].map((id) => aZone('example.com', { id }));

    expect([twins, twins.toReversed()].map((zones) => zoneOf('example.com', zones)?.id)).toEqual(['a', 'a']);
  });
});

describe('zonesOf', () => {
  it('finds every zone that contains a hostname', () => {
    expect(zonesOf('*.app.eu.example.com', ZONES).map(({ name }) => name)).toEqual(['example.com', 'eu.example.com']);
    expect(zonesOf('badexample.org', ZONES)).toEqual([]);
  });
});

describe('writableZones', () => {
  it.each(['b\u00fccher.example', 'B\u00dcCHER.example.', 'xn--bcher-kva.example'])(
    'know an IDN zone as %s',
    (name) => {
      const zone = aZone('xn--bcher-kva.example');

      expect(writableZones([zone], [name])).toEqual([zone]);
    },
  );

  it.each([
    { case: 'all if none is listed', listed: undefined, names: ['example.com', 'eu.example.com', 'example.org'] },
    { case: 'all for an empty list', listed: [], names: ['example.com', 'eu.example.com', 'example.org'] },
    { case: 'those that are listed and visible', listed: ['example.org', 'lost.org'], names: ['example.org'] },
    {
      case: 'those listed in any spelling',
      listed: ['Example.ORG.', 'EU.example.com'],
      names: ['eu.example.com', 'example.org'],
    },
    { case: 'none for a list of hostnames', listed: ['*.example.org'], names: [] },
  ])('are $case', ({ listed, names }) => {
    expect(writableZones(ZONES, listed).map(({ name }) => name)).toEqual(names);
  });
});
