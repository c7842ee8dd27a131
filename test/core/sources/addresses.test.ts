import { describe, expect, it } from '@jest/globals';
import type { Service } from '../../../src/api/objects.ts';
import { addressesOf, indexAddresses } from '../../../src/core/sources/addresses.ts';
import { aService } from '../../support/builders.ts';
import { aWebService, anIngress } from '../../support/ingresses.ts';

function withClusterIp(service: Service, clusterAddress: string): Service {
  return { ...service, clusterAddress };
}

describe('the addresses of an object', () => {
  it.each([
    { what: 'a load balancer', object: aWebService('shop/web', '192.0.2.1'), addresses: ['192.0.2.1'] },
    { what: 'a cluster IP', object: withClusterIp(aService('shop/web'), '10.0.0.1'), addresses: ['10.0.0.1'] },
    {
      what: 'a hostname',
      object: anIngress('shop/web', { addresses: ['lb.example.net'] }),
      addresses: ['lb.example.net'],
    },
    { what: 'no status', object: anIngress('shop/web'), addresses: [] },
    { what: 'no object', object: undefined, addresses: [] },
  ])('are $addresses with $what', ({ object, addresses }) => {
    expect(addressesOf(object)).toEqual(addresses);
  });
});

describe('the Services at an address', () => {
  it('are those with a port for the web, in the same order whatever the input', () => {
    const services = [
      aWebService('b/web', '192.0.2.1', [443]),
      aWebService('a/web', '192.0.2.1', [80]),
      aWebService('a/dns', '192.0.2.1', [53]),
      { ...aWebService('a/quic', '192.0.2.1'), spec: { ports: [{ port: 443, protocol: 'UDP' }] } },
      aWebService('a/other', '192.0.2.2'),
    ];

    expect(indexAddresses(services).get('192.0.2.1')).toEqual(['a/web', 'b/web']);
    expect(indexAddresses(services.toReversed()).get('192.0.2.1')).toEqual(['a/web', 'b/web']);
    expect(indexAddresses(services).has('192.0.2.9')).toBe(false);
  });

  it('include a Service once that has the address twice', () => {
    expect(indexAddresses([withClusterIp(aWebService('a/web', '10.0.0.1'), '10.0.0.1')]).get('10.0.0.1')).toEqual([
      'a/web',
    ]);
  });
});
