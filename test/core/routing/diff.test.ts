import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Service } from '../../../src/api/objects.ts';
import { diffTables } from '../../../src/core/routing/diff.ts';
import { type RoutingTable, buildRoutingTable } from '../../../src/core/routing/table.ts';
import { aService, aTunnel } from '../../support/builders.ts';
import { aWorld, anyWorldWithPast, inAnyOrder, routingInput } from './worlds.ts';

describe('diffTables', () => {
  it('names every Tunnel and Service of the first table', () => {
    expect(diffTables(undefined, tableWith([web('a.example.com')]))).toEqual({
      published: ['shop/home'],
      counted: [],
      sources: ['shop/web'],
    });
  });

  it('does not name what is the same in both', () => {
    const before = tableWith([
      web('a.example.com'),
      aService('shop/api', { hostname: 'b.example.com', tunnel: 'home' }),
    ]);
    const after = tableWith([
      web('c.example.com'),
      aService('shop/api', { hostname: 'b.example.com', tunnel: 'home' }),
    ]);

    expect(diffTables(before, after)).toEqual({ published: ['shop/home'], counted: [], sources: ['shop/web'] });
  });

  it('names the Tunnel that a Service has left', () => {
    const changes = diffTables(tableWith([web('a.example.com')]), tableWith([]));

    expect(changes).toEqual({ published: ['shop/home'], counted: [], sources: ['shop/web'] });
  });

  it('names both Tunnels of a Service that has moved', () => {
    const changes = diffTables(tableWith([web('a.example.com')]), tableWith([web('a.example.com', 'other')]));

    expect(changes).toEqual({
      published: expect.arrayContaining(['shop/home', 'shop/other']),
      counted: [],
      sources: ['shop/web'],
    });
  });

  it('distinguishes Tunnels with other routes from Tunnels with only other counts', () => {
    const refused = aService('shop/api', {
      hostname: 'a.example.com',
      tunnel: 'home',
      createdAt: '2026-01-02T00:00:00Z',
    });

    const changes = diffTables(tableWith([web('a.example.com')]), tableWith([web('a.example.com'), refused]));

    expect(changes).toEqual({ published: [], counted: ['shop/home'], sources: ['shop/api'] });
  });

  it('names nothing when only the order of the input differs', () => {
    fc.assert(
      fc.property(inAnyOrder(anyWorldWithPast()), ([world, shuffledWorld]) => {
        const [before, after] = [world, shuffledWorld].map((one) => buildRoutingTable(routingInput(one)));
        expect(diffTables(before, after as RoutingTable)).toEqual({ published: [], counted: [], sources: [] });
      }),
    );
  });
});

function web(hostname: string, tunnel = 'home'): Service {
  return aService('shop/web', { hostname, tunnel, finalized: true });
}

function tableWith(services: readonly Service[]): RoutingTable {
  return buildRoutingTable(routingInput(aWorld({ tunnels: [aTunnel('shop/home'), aTunnel('shop/other')], services })));
}
