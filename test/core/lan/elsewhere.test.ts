import { describe, expect, it } from '@jest/globals';
import { INGRESSES } from '../../../src/core/sources/ingress/ingress-source.ts';
import type { Ingress, IngressClass } from '../../../src/api/objects.ts';
import { GATEWAYS } from '../../../src/core/sources/gateway/gateway-source.ts';
import { relatedAmong } from '../../../src/core/sources/related.ts';
import { aGateway, aGatewayClass, aListener } from '../../support/gateways.ts';
import { aRule, anIngress } from '../../support/ingresses.ts';
import { PARSERS } from '../../support/parsers.ts';

const CLASS: IngressClass = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'nginx' },
  spec: { controller: 'k8s.io/ingress-nginx' },
};
const RELATED = relatedAmong([CLASS, aGatewayClass('envoy', { controllerName: 'gateway.envoyproxy.io/controller' })]);
const LAN = { 'cftunnel.io/lan-hostname': 'nas.example.com' };

/** An Ingress of nginx with two hosts, at an address. */
function served(annotations: Readonly<Record<string, string>>): Ingress {
  const rules = [aRule('app.example.com', { '/': 'web' }), aRule('nas.example.com', { '/': 'nas' })];
  const status = { loadBalancer: { ingress: [{ ip: '192.168.1.70' }] } };
  return { ...anIngress('shop/site', { className: 'nginx', rules, annotations }), status };
}

function routesOf(annotations: Readonly<Record<string, string>>) {
  const { routes, problems } = INGRESSES.parse(served(annotations), PARSERS, RELATED);
  return [routes.map(({ hostnames, target }) => [hostnames.join(), target?.addresses]), problems];
}

describe('an Ingress of another class with a name of the local network', () => {
  const local = ['nas.example.com', ['192.168.1.70']];

  it('leads there to the address of its own controller, and publishes nothing else', () => {
    expect(INGRESSES.requestsExposure(served(LAN), RELATED)).toBe(true);
    expect(routesOf(LAN)).toEqual([[local], []]);
  });

  it('publishes its other hosts, if it names a Tunnel', () => {
    expect(routesOf({ ...LAN, 'cftunnel.io/tunnel': 'home' })).toEqual([[['app.example.com', undefined], local], []]);
  });
});

describe('a Gateway of another class with a name of the local network', () => {
  it('leads there to its own address', () => {
    const listeners = [aListener('http', { hostname: 'nas.example.com' })];
    const status = { addresses: [{ type: 'IPAddress', value: '192.168.1.80' }] };
    const gateway = aGateway('shop/internal', { gatewayClassName: 'envoy', listeners, status, annotations: LAN });

    expect(GATEWAYS.requestsExposure(gateway, RELATED)).toBe(true);
    expect(GATEWAYS.parse(gateway, PARSERS, RELATED).routes).toMatchObject([
      { hostnames: ['nas.example.com'], target: { addresses: ['192.168.1.80'] } },
    ]);
  });
});
