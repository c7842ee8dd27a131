import { describe, expect, it } from '@jest/globals';
import type { Node, Service } from '../../../src/api/objects.ts';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { buildRoutingTable } from '../../../src/core/routing/table.ts';
import { type ServiceTraits, aNode, aService, aTunnel } from '../../support/builders.ts';
import { aLanName, aRoute } from '../../support/routes.ts';
import { type World, aWorld, routingInput } from './worlds.ts';

const labels = { edge: 'yes' };
const NODES = [aNode('a', { labels, at: ['192.168.1.11'] }), aNode('b', { labels, at: ['192.168.1.12'] })];
const FOLLOWING: TunnelSpec['lan'] = { nodeSelector: labels };
const BEFORE = aLanName('nas.example.com', ['192.168.1.9'], 'shop/nas');
const PAST: Pick<World, 'lastGood'> = { lastGood: new Map([['shop/nas', { tunnel: 'shop/home', routes: [BEFORE] }]]) };

interface Situation extends Partial<World> {
  readonly lan?: TunnelSpec['lan'];
  readonly spec?: Partial<TunnelSpec>;
  readonly nodes?: readonly Node[] | undefined;
}

function aNas(traits: ServiceTraits = {}): Service {
  return aService('shop/nas', { lanHostname: 'nas.example.com', tunnel: 'home', finalized: true, ...traits });
}

function tableOf({ lan, spec, nodes, ...parts }: Situation) {
  const home = aTunnel('shop/home', { spec: { ...(lan === undefined ? {} : { lan }), ...spec } });
  const world = aWorld({ tunnels: [home], services: [aNas()], ...parts });
  const table = buildRoutingTable({ ...routingInput(world), nodes });
  const of = (source: string) => table.results.get(source);
  return { published: table.published.get('shop/home') ?? [], nas: of('shop/nas'), of, claims: table.claims };
}

describe('a name of the local network', () => {
  it.each<{ case: string; situation: Situation; addresses: readonly string[] }>([
    {
      case: 'the addresses in the spec of its Tunnel',
      situation: { lan: { addresses: ['10.0.0.5'] } },
      addresses: ['10.0.0.5'],
    },
    {
      case: 'the nodes that its Tunnel selects',
      situation: { lan: FOLLOWING, nodes: NODES },
      addresses: ['192.168.1.11', '192.168.1.12'],
    },
    {
      case: 'its own address rather than those of its Tunnel',
      situation: { lan: FOLLOWING, nodes: NODES, services: [aNas({ lanAddress: '10.0.0.7' })] },
      addresses: ['10.0.0.7'],
    },
  ])('leads to $case', ({ situation, addresses }) => {
    const { published, nas } = tableOf(situation);

    expect(published).toEqual([aLanName('nas.example.com', addresses, 'shop/nas')]);
    expect(nas).toMatchObject({ problems: [], warnings: [] });
  });

  it.each<{ case: string; situation: Situation; reason: string }>([
    { case: 'its Tunnel has none', situation: {}, reason: 'NoLanAddress' },
    { case: 'no node is ready', situation: { lan: FOLLOWING, nodes: [] }, reason: 'NoLanAddress' },
    { case: 'nodes are not known', situation: { lan: FOLLOWING }, reason: 'Progressing' },
  ])('is refused where $case, and stays where it was if it was somewhere', ({ situation, reason }) => {
    expect(tableOf(situation)).toMatchObject({ published: [], nas: { problems: [{ reason }] } });

    const { published, nas } = tableOf({ ...situation, ...PAST });

    expect(published).toEqual([BEFORE]);
    expect(nas).toMatchObject({
      problems: [],
      warnings: [
        { reason: 'LanAddressKept', message: expect.stringMatching(/, so nas\.example\.com stays at 192\.168\.1\.9$/) },
      ],
    });
  });

  // Invariant 9.
  it('keeps its addresses while its load balancer has none', () => {
    const { published, nas } = tableOf({
      services: [aNas({ balancer: [] })],
      lan: { addresses: ['10.0.0.5'] },
      ...PAST,
    });

    expect(published).toEqual([BEFORE]);
    expect(nas?.problems).toMatchObject([{ reason: 'NoLanAddress' }]);
  });

  it('may be at a public address, with a warning', () => {
    const { nas } = tableOf({ services: [aNas({ lanAddress: '192.168.1.10,203.0.113.7,2001:db8::7' })] });

    expect(nas?.routes).toHaveLength(1);
    expect(nas?.warnings).toEqual([
      {
        reason: 'PublicAddress',
        message:
          'nas.example.com is at 203.0.113.7 and 2001:db8::7, which is public: Cloudflare does not stand before it, so only a firewall keeps the internet out',
      },
    ]);
  });

  it('has to be allowed by its Tunnel as a public name has', () => {
    const { published, nas } = tableOf({
      lan: { addresses: ['10.0.0.5'] },
      spec: { allowedRoutes: { hostnames: ['*.apps.example.com'] } },
      ...PAST,
    });

    expect(published).toEqual([]);
    expect(nas?.problems).toMatchObject([{ reason: 'NotAllowed' }]);
  });
});

// Invariant 8.
describe('a name is either public or of the local network', () => {
  const lan = { addresses: ['10.0.0.5'] as [string] };
  const younger = { createdAt: '2026-01-02T00:00:00Z' };

  it('as its oldest source asks, whatever the path', () => {
    const site = aService('shop/site', {
      hostname: 'nas.example.com',
      tunnel: 'home',
      finalized: true,
      annotations: { 'cftunnel.io/path': '/files' },
    });
    const nas = aNas(younger);

    const { published, of } = tableOf({ lan, services: [site, nas] });

    expect(published).toEqual([
      { ...aRoute('nas.example.com', 'shop/site'), path: { type: 'Prefix', value: '/files' } },
    ]);
    expect(of('shop/nas')?.problems).toEqual([
      {
        reason: 'HostnameConflict',
        message:
          'nas.example.com is public for Service shop/site, and a name is either public or of the local network. Choose another hostname, or remove it from that Service',
      },
    ]);
  });

  it('and cannot become public while it is of the local network', () => {
    const site = aService('shop/site', { hostname: 'nas.example.com', tunnel: 'home', finalized: true, ...younger });

    const { published, of, claims } = tableOf({ lan, services: [aNas(), site] });

    expect(published).toEqual([aLanName('nas.example.com', ['10.0.0.5'], 'shop/nas')]);
    expect(of('shop/site')?.problems).toMatchObject([
      {
        reason: 'HostnameConflict',
        message: expect.stringMatching(/^nas\.example\.com is one of the local network for/),
      },
    ]);
    expect([...claims]).toEqual([['nas.example.com', 'shop/home']]);
  });

  it('also where the public one is derived from the domain of the Tunnel', () => {
    const both = aService('shop/nas', {
      tunnel: 'home',
      finalized: true,
      annotations: { 'cftunnel.io/routes': '[{port: 80}]', 'cftunnel.io/lan-hostname': 'nas.example.com' },
    });

    const { nas } = tableOf({ lan, spec: { domain: 'example.com' }, services: [both] });

    expect(nas?.problems).toHaveLength(1);
  });

  it('while one Service may have both under two names', () => {
    const both = aNas({ hostname: 'files.example.com' });

    expect(tableOf({ lan, services: [both] }).published).toEqual([
      aRoute('files.example.com', 'shop/nas'),
      aLanName('nas.example.com', ['10.0.0.5'], 'shop/nas'),
    ]);
  });
});
