import { describe, expect, it } from '@jest/globals';
import type { Node } from '../../../src/api/objects.ts';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { addressesOfTunnel, followsNodes } from '../../../src/core/lan/tunnel-addresses.ts';
import { aNode, aTunnel } from '../../support/builders.ts';

const aTunnelAt = (lan?: TunnelSpec['lan']) => aTunnel('shop/home', { spec: lan === undefined ? {} : { lan } });
const addressesAt = (lan?: TunnelSpec['lan'], nodes?: readonly Node[]) => addressesOfTunnel(aTunnelAt(lan), nodes);

const EDGE = { nodeSelector: { edge: 'yes' } };
const labels = { edge: 'yes' };
const UNLABELLED: Node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'bare' } };
const READY = { conditions: [{ type: 'Ready', status: 'True' }] } as const;

describe('the addresses of a Tunnel on the local network', () => {
  it('are those of its spec, in one spelling, as far as other machines can reach them', () => {
    expect(addressesAt({ addresses: ['192.168.1.10', 'FD00::10', '127.0.0.1', '192.168.1.10'] })).toEqual({
      addresses: ['192.168.1.10', 'fd00::10'],
    });
  });

  it('are the internal ones of the nodes that it selects, in any order of the nodes', () => {
    const nodes = [
      aNode('b', { labels, at: ['192.168.1.12', 'fd00::12'] }),
      aNode('a', { labels, at: ['192.168.1.11'] }),
      aNode('other', { at: ['192.168.1.99'] }),
    ];

    for (const list of [nodes, nodes.toReversed()])
      expect(addressesAt(EDGE, list)).toEqual({ addresses: ['192.168.1.11', '192.168.1.12', 'fd00::12'] });
    expect(addressesAt({ nodeSelector: {} }, nodes)).toMatchObject({
      addresses: expect.arrayContaining(['192.168.1.99']),
    });
  });

  it.each([
    { case: 'not ready', node: aNode('b', { labels, at: ['192.168.1.12'], isReady: false }) },
    { case: 'being deleted', node: aNode('b', { labels, at: ['192.168.1.12'], deleting: true }) },
  ])('leave out a node that is $case', ({ node }) => {
    const ready = aNode('a', { labels, at: ['192.168.1.11'] });

    expect(addressesAt(EDGE, [ready, node])).toEqual({ addresses: ['192.168.1.11'] });
    expect(addressesAt(EDGE, [node])).toEqual({
      none: 'No node that spec.lan.nodeSelector of Tunnel shop/home selects is ready and has an internal address',
    });
  });

  it.each<{ case: string; lan?: TunnelSpec['lan']; nodes?: readonly Node[]; missing: object }>([
    {
      case: 'nothing is set',
      missing: {
        none: 'Tunnel shop/home has no addresses on the local network. Set its spec.lan, or cftunnel.io/lan-address here',
      },
    },
    {
      case: 'no address is usable',
      lan: { addresses: ['::1'] },
      missing: {
        none: 'None of spec.lan.addresses of Tunnel shop/home is an address that other machines can reach',
      },
    },
    {
      case: 'no node is selected',
      lan: EDGE,
      nodes: [aNode('a'), UNLABELLED],
      missing: { none: 'spec.lan.nodeSelector of Tunnel shop/home selects no node' },
    },
    {
      case: 'nodes say nothing',
      lan: { nodeSelector: {} },
      nodes: [UNLABELLED, { ...UNLABELLED, status: {} }, { ...UNLABELLED, status: READY }],
      missing: {
        none: 'No node that spec.lan.nodeSelector of Tunnel shop/home selects is ready and has an internal address',
      },
    },
    {
      case: 'nodes are not known',
      lan: EDGE,
      missing: {
        none: 'The nodes of spec.lan.nodeSelector of Tunnel shop/home have not been listed yet, or the operator may not list them',
        isUnknown: true,
      },
    },
  ])('are missing for a reason if $case', ({ lan, nodes, missing }) => {
    expect(addressesAt(lan, nodes)).toStrictEqual(missing);
  });

  it('follow nodes only with a selector', () => {
    expect(
      [undefined, { addresses: ['10.0.0.1'] as [string] }, EDGE].map((lan) => followsNodes(aTunnelAt(lan))),
    ).toEqual([false, false, true]);
  });
});
