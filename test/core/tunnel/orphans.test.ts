import { describe, expect, it } from '@jest/globals';
import { tunnelMark } from '../../../src/core/dns/mark.ts';
import { type ClusterScope, describeOrphans, orphanRecords, orphanTunnels } from '../../../src/core/tunnel/orphans.ts';
import { aTunnel } from '../../support/builders.ts';

const FAMILY: ClusterScope = {
  cluster: 'one',
  namespace: undefined,
  tunnels: [aTunnel('shop/home'), aTunnel('shop/named', { status: { tunnelId: 'id-of-named' } })],
  cleanedUp: ['shop/departed'],
  hash: (text) => `${text.length}`.padStart(10, '0'),
};

describe('a tunnel is an orphan', () => {
  it.each([
    { name: 'one/shop/gone', isOrphan: true, because: 'its Tunnel is gone' },
    { name: 'one/shop/home', isOrphan: false, because: 'its Tunnel is there' },
    { name: 'one/shop/departed', isOrphan: false, because: 'its Tunnel has only just gone' },
    { name: 'other/shop/gone', isOrphan: false, because: 'it is of another cluster' },
    { name: 'one-more/shop/gone', isOrphan: false, because: 'it is of a cluster whose name begins alike' },
    { name: 'by-hand', isOrphan: false, because: 'somebody has made it by hand' },
    { name: 'one/shop/renamed', id: 'id-of-named', isOrphan: false, because: 'a Tunnel uses it' },
  ])('$isOrphan: $name, since $because', ({ name, id = 'id', isOrphan }) => {
    const found = orphanTunnels([{ id, name, isRemotelyManaged: false }], FAMILY);

    expect(found).toEqual(isOrphan ? [`tunnel ${name} (${id})`] : []);
  });
});

describe('a record is an orphan', () => {
  const long = `shop/${'x'.repeat(120)}`;

  it.each([
    { comment: markOf('shop/gone'), isOrphan: true, because: 'its Tunnel is gone' },
    { comment: markOf('shop/home'), isOrphan: false, because: 'its Tunnel is there' },
    { comment: markOf(long), isOrphan: true, because: 'a shortened mark is read, too' },
    { comment: 'cftunnel.io owner=other/shop/gone', isOrphan: false, because: 'it is of another cluster' },
    { comment: '', isOrphan: false, because: 'it is nobody knows whose' },
  ])('$isOrphan: "$comment", since $because', ({ comment, isOrphan }) => {
    const said = `record a.example.com CNAME with the comment "${comment}"`;

    expect(orphanRecords([aRecord(comment)], FAMILY)).toEqual(isOrphan ? [said] : []);
  });

  it('not if its Tunnel exists with a name so long that the mark is truncated', () => {
    expect(orphanRecords([aRecord(markOf(long))], { ...FAMILY, tunnels: [aTunnel(long)] })).toEqual([]);
  });
});

it('a namespace that is not watched has no orphans', () => {
  const scope = { ...FAMILY, namespace: 'shop' };
  const tunnels = ['one/shop/gone', 'one/shoppers/gone'].map((name) => ({ id: 'id', name, isRemotelyManaged: false }));

  expect(orphanTunnels(tunnels, scope)).toEqual(['tunnel one/shop/gone (id)']);
  expect(orphanTunnels(tunnels.toReversed(), FAMILY)).toEqual(orphanTunnels(tunnels, FAMILY));
  expect(orphanRecords([aRecord(markOf('shoppers/gone'))], scope)).toEqual([]);
});

it('thousands of orphans make a short message', () => {
  const message = describeOrphans(Array.from({ length: 5000 }, (_, index) => `record ${index}`));

  expect(message).toContain(': record 0, record 1, ');
  expect(message).toContain('record 9, and 4990 more');
  expect(message.length).toBeLessThan(500);
  expect(describeOrphans(['a', 'b'])).toContain(' used by any Tunnel: a, b. Delete at Cloudflare');
  expect(describeOrphans(Array.from('abcdefghij'))).toContain('i, j. Delete at Cloudflare');
});

function markOf(key: string): string {
  return tunnelMark('one', key, FAMILY.hash);
}

function aRecord(comment: string) {
  return { id: 'r', name: 'a.example.com', type: 'CNAME', content: 'x.cfargotunnel.com', proxied: true, comment };
}
