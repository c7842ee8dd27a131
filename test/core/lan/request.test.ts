import { describe, expect, it } from '@jest/globals';
import { type ServiceTraits, aService } from '../../support/builders.ts';
import { requestOf, requestsOf } from '../../support/requests.ts';

/** The request of a Service with a Tunnel. */
function requested(traits: ServiceTraits) {
  return requestOf(aService('shop/nas', { tunnel: 'home', ...traits }));
}

/** Its routes: hostnames, and the addresses or the origin. */
function routesOf(traits: ServiceTraits) {
  return requested(traits).routes.map(({ hostnames, target }) => [
    hostnames.join(),
    target?.addresses?.join() ?? target?.origin,
  ]);
}

function problemsOf(traits: ServiceTraits): readonly string[] {
  return requested(traits).problems.map(({ reason, message }) => `${reason}: ${message}`);
}

describe('a name of the local network', () => {
  it('alone asks for no public name, whatever the ports of the Service', () => {
    const traits = { lanHostname: 'nas.example.com, NAS2.example.com', lanAddress: '192.168.1.10,fd00::10', ports: [] };

    expect(routesOf(traits)).toEqual([['nas.example.com,nas2.example.com', '192.168.1.10,fd00::10']]);
    expect(problemsOf(traits)).toEqual([]);
    expect(requestsOf([aService('shop/nas', { lanHostname: 'nas.example.com' })])).toHaveLength(1);
  });

  it('stands beside public ones, of one route or of a list', () => {
    const lan = { lanHostname: 'nas.example.com', lanAddress: '192.168.1.10' };

    expect(routesOf({ hostname: 'files.example.com', ...lan })).toEqual([
      ['files.example.com', 'http://nas.shop.svc:80'],
      ['nas.example.com', '192.168.1.10'],
    ]);
    expect(routesOf({ annotations: { 'cftunnel.io/routes': '[{hostname: files.example.com}]' }, ...lan })).toEqual([
      ['files.example.com', 'http://nas.shop.svc:80'],
      ['nas.example.com', '192.168.1.10'],
    ]);
  });

  it.each<{ case: string; traits: ServiceTraits; addresses: string }>([
    {
      case: 'the load balancer of its Service',
      traits: { balancer: ['192.168.1.20', 'fd00::20'] },
      addresses: '192.168.1.20,fd00::20',
    },
    {
      case: 'the load balancer with auto',
      traits: { lanAddress: ' auto ', balancer: ['192.168.1.20'] },
      addresses: '192.168.1.20',
    },
    { case: 'the Tunnel without one', traits: {}, addresses: '' },
    {
      case: 'its own annotation before all',
      traits: { lanAddress: '192.168.1.10', balancer: ['192.168.1.20'] },
      addresses: '192.168.1.10',
    },
  ])('leads to the address of $case', ({ traits, addresses }) => {
    expect(routesOf({ lanHostname: 'nas.example.com', ...traits })).toEqual([['nas.example.com', addresses]]);
  });

  it('waits for the address of its load balancer, and holds up no public name meanwhile', () => {
    const request = requested({ hostname: 'files.example.com', lanHostname: 'nas.example.com', balancer: [] });

    expect(request.problems).toEqual([]);
    expect(
      request.routes.map(({ target, problems }) => [target?.origin, problems.map(({ reason }) => reason)]),
    ).toEqual([
      ['http://nas.shop.svc:80', []],
      [undefined, ['NoLanAddress']],
    ]);
  });

  it('takes over the choice whether records are managed', () => {
    const { routes } = requested({ lanHostname: 'nas.example.com', lanAddress: '10.0.0.1', dns: 'disabled' });

    expect(routes[0]?.target).toEqual({ origin: '', addresses: ['10.0.0.1'], dns: 'disabled' });
  });
});

describe('a mistake is named', () => {
  const lanHostname = 'nas.example.com';

  it.each<{ case: string; traits: ServiceTraits; problem: string }>([
    {
      case: 'a wildcard',
      traits: { lanHostname: '*.lan.example.com' },
      problem:
        'cftunnel.io/lan-hostname: "*.lan.example.com" must not be a wildcard, because clients try Encrypted Client Hello, which a server of the local network cannot answer, for every name below a proxied one. Name each hostname',
    },
    {
      case: 'no hostname',
      traits: { lanHostname: 'nas' },
      problem: 'cftunnel.io/lan-hostname: "nas" must have at least two labels, such as app.example.com',
    },
    { case: 'an empty name', traits: { lanHostname: '' }, problem: 'cftunnel.io/lan-hostname: "" is empty' },
    {
      case: 'no address',
      traits: { lanHostname, lanAddress: 'nas.local' },
      problem: 'cftunnel.io/lan-address: "nas.local" is not an IPv4 or IPv6 address',
    },
    {
      case: 'an address of one machine alone',
      traits: { lanHostname, lanAddress: '192.168.1.10,127.0.0.1' },
      problem: 'cftunnel.io/lan-address: "127.0.0.1" is a loopback address, which no other machine can reach',
    },
    {
      case: 'auto beside an address',
      traits: { lanHostname, lanAddress: 'auto,10.0.0.1' },
      problem: 'cftunnel.io/lan-address: auto stands alone: name addresses, or leave them to the operator',
    },
    {
      case: 'an address without a name',
      traits: { hostname: 'files.example.com', lanAddress: '10.0.0.1' },
      problem: 'cftunnel.io/lan-address: has no effect without cftunnel.io/lan-hostname; add the name, or remove it',
    },
    {
      case: 'a name that is public too',
      traits: { hostname: 'nas.example.com', lanHostname },
      problem:
        'cftunnel.io/lan-hostname: nas.example.com is in cftunnel.io/hostname too; a name is either public or of the local network',
    },
    {
      case: 'a misspelt annotation',
      traits: { lanHostname, annotations: { 'cftunnel.io/lan-adress': '10.0.0.1' } },
      problem: 'cftunnel.io/lan-adress: unknown annotation, did you mean cftunnel.io/lan-address?',
    },
  ])('if there is $case', ({ traits, problem }) => {
    expect(problemsOf(traits)).toEqual([`InvalidAnnotation: ${problem}`]);
  });
});

describe('a name with a mistake', () => {
  it.each<{ case: string; traits: ServiceTraits; routes: readonly (readonly string[])[] }>([
    { case: 'in all of its addresses', traits: { lanHostname: 'nas.example.com', lanAddress: 'x' }, routes: [] },
    { case: 'in one of them', traits: { lanHostname: 'nas.example.com', lanAddress: '10.0.0.1,x' }, routes: [] },
    { case: 'in itself', traits: { lanHostname: 'nas', lanAddress: '10.0.0.1' }, routes: [] },
    {
      case: 'in another one',
      traits: { lanHostname: 'nas.example.com,nas', lanAddress: '10.0.0.1' },
      routes: [['nas.example.com', '10.0.0.1']],
    },
  ])('$case leads to $routes', ({ traits, routes }) => {
    expect(routesOf(traits)).toEqual(routes);
  });
});
