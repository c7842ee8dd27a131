import { describe, expect, it } from '@jest/globals';
import { type LanFacts, resolveLanNames } from '../../../src/core/lan/resolve.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { aNode, aTunnel } from '../../support/builders.ts';
import { aLanName, aRoute } from '../../support/routes.ts';

const NO_ADDRESSES =
  'Tunnel shop/home has no addresses on the local network. Set its spec.lan, or cftunnel.io/lan-address here';

const PUBLIC = aRoute('app.example.com');
/** Without addresses, those of the Tunnel are meant. */
const NAS = aLanName('nas.example.com', []);
const OTHER = aLanName('other.example.com', ['192.168.1.9']);
const FACTS: LanFacts = {
  tunnel: aTunnel('shop/home', { spec: { lan: { addresses: ['192.168.1.10', '192.168.1.11'] } } }),
  nodes: undefined,
  last: () => [],
};
const NOWHERE = { ...FACTS, tunnel: aTunnel('shop/home') };

describe('a name of the local network', () => {
  it('without addresses of its own has those of its Tunnel', () => {
    expect(resolveLanNames([PUBLIC, NAS, OTHER], FACTS)).toStrictEqual({
      routes: [PUBLIC, { ...NAS, addresses: ['192.168.1.10', '192.168.1.11'] }, OTHER],
      problems: [],
      warnings: [],
    });
  });

  it.each<{ case: string; facts: LanFacts; problem: object }>([
    {
      case: 'the Tunnel has none',
      facts: NOWHERE,
      problem: { reason: 'NoLanAddress', message: `nas.example.com: ${NO_ADDRESSES}` },
    },
    {
      case: 'the nodes are not known yet',
      facts: { ...FACTS, tunnel: aTunnel('shop/home', { spec: { lan: { nodeSelector: { edge: 'yes' } } } }) },
      problem: {
        reason: 'Progressing',
        message:
          'nas.example.com: The nodes of spec.lan.nodeSelector of Tunnel shop/home have not been listed yet, or the operator may not list them',
      },
    },
  ])('has no address if $case, and holds up no other', ({ facts, problem }) => {
    expect(resolveLanNames([NAS, OTHER], facts)).toStrictEqual({ routes: [OTHER], problems: [problem], warnings: [] });
  });

  it('keeps the addresses that it had while its Tunnel has none', () => {
    const before = aLanName('nas.example.com', ['192.168.1.20', '192.168.1.21']);

    expect(resolveLanNames([NAS], { ...NOWHERE, last: () => [OTHER, before] })).toStrictEqual({
      routes: [before],
      problems: [],
      warnings: [
        {
          reason: 'LanAddressKept',
          message: `${NO_ADDRESSES}, so nas.example.com stays at 192.168.1.20 and 192.168.1.21`,
        },
      ],
    });
  });

  it.each([
    { case: 'under another name', last: OTHER },
    { case: 'as a public name', last: aRoute('nas.example.com') },
  ])('has none if it was published $case', ({ last }) => {
    expect(resolveLanNames([NAS], { ...NOWHERE, last: () => [last] }).routes).toEqual([]);
  });

  it('is at a public address only with a warning', () => {
    const open = aLanName('nas.example.com', ['192.168.1.9', '203.0.113.7', '2001:db8::7']);

    expect(resolveLanNames([open], FACTS)).toStrictEqual({
      routes: [open],
      problems: [],
      warnings: [
        {
          reason: 'PublicAddress',
          message:
            'nas.example.com is at 203.0.113.7 and 2001:db8::7, which is public: Cloudflare does not stand before it, so only a firewall keeps the internet out',
        },
      ],
    });
  });
});

it.each<{ case: string; routes: readonly Route[]; facts: LanFacts }>([
  { case: 'names of nothing that is attached', routes: [NAS], facts: { ...FACTS, tunnel: undefined } },
  { case: 'public names', routes: [PUBLIC], facts: { ...FACTS, nodes: [aNode('a')] } },
])('$case stay as they are', ({ routes, facts }) => {
  expect(resolveLanNames(routes, facts)).toStrictEqual({ routes, problems: [], warnings: [] });
});
