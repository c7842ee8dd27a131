import { describe, expect, it } from '@jest/globals';
import { OF_THE_TUNNEL, serviceAddresses, statusAddresses } from '../../../src/core/lan/own-addresses.ts';
import { aService } from '../../support/builders.ts';
import { aGateway } from '../../support/gateways.ts';

describe('the addresses of an object', () => {
  it.each<{ case: string; status: object | undefined; addresses: readonly string[] }>([
    { case: 'nothing', status: undefined, addresses: [] },
    { case: 'nothing about addresses', status: {}, addresses: [] },
    { case: 'an empty load balancer', status: { loadBalancer: {} }, addresses: [] },
    {
      case: 'a load balancer with an address and one with a name',
      status: { loadBalancer: { ingress: [{ hostname: 'lb.example.net' }, { ip: '192.168.1.20' }] } },
      addresses: ['192.168.1.20'],
    },
    {
      case: 'addresses of several types, of which it is',
      status: {
        addresses: [
          { value: '192.168.1.21' },
          { type: 'IPAddress', value: '192.168.1.22' },
          { type: 'Hostname', value: '192.168.1.23' },
          { type: 'IPAddress', value: '' },
          {},
        ],
      },
      addresses: ['192.168.1.21', '192.168.1.22'],
    },
    {
      case: 'addresses of which only some can be reached, and some twice',
      status: {
        loadBalancer: { ingress: [{ ip: '192.168.1.20' }] },
        addresses: [{ value: '127.0.0.1' }, { value: '192.168.1.20' }],
      },
      addresses: ['192.168.1.20'],
    },
  ])('that says $case are $addresses', ({ status, addresses }) => {
    const gateway = aGateway('shop/edge', status === undefined ? {} : { status });

    expect(statusAddresses(gateway)).toEqual(addresses);
  });

  it('that is reached only through the tunnel are those of the Tunnel', () => {
    expect(OF_THE_TUNNEL()).toStrictEqual({ addresses: [] });
  });
});

describe('a Service', () => {
  it.each([
    {
      case: 'with a load balancer',
      service: aService('shop/nas', { balancer: ['192.168.1.20'] }),
      addresses: ['192.168.1.20'],
    },
    { case: 'without one', service: aService('shop/nas'), addresses: [] },
  ])('$case is at $addresses', ({ service, addresses }) => {
    expect(serviceAddresses(service)).toStrictEqual({ addresses });
  });

  it('that waits for its load balancer is nowhere yet', () => {
    expect(serviceAddresses(aService('shop/nas', { balancer: [] }))).toStrictEqual({
      missing:
        'Service shop/nas is of type LoadBalancer and has no IP address yet, so its name of the local network has none. The load balancer of the cluster assigns it; or name addresses in cftunnel.io/lan-address',
    });
  });
});
