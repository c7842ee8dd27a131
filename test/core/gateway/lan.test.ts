import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/api/objects.ts';
import { lanRequestOf } from '../../../src/core/gateway/lan.ts';
import { parseHttpRoute } from '../../../src/core/sources/http-route/parse.ts';
import { aGateway, aGatewayClass, aGatewayCluster, anHttpRoute } from '../../support/gateways.ts';
import { PARSERS } from '../../support/parsers.ts';

const ADDRESSES = [
  { type: 'IPAddress', value: '192.168.1.60' },
  { type: 'Hostname', value: 'lb.example.net' },
];
const ELSEWHERE = [
  aGatewayClass('envoy', { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' }),
  aGateway('shop/internal', { gatewayClassName: 'envoy', status: { addresses: ADDRESSES } }),
];

/** The request of a route at a Gateway of ours and one of another class. */
function requested(annotations: Readonly<Record<string, string>>, hostnames = ['app.example.com', 'nas.example.com']) {
  const route = anHttpRoute('shop/site', {
    annotations,
    hostnames,
    parentRefs: [{ name: 'edge' }, { name: 'internal' }],
    rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
  });
  return (...objects: readonly KubeObject[]) => parseHttpRoute(route, PARSERS, aGatewayCluster(...objects));
}

const at = (value: string) => ({ addresses: [{ type: 'IPAddress', value }] });

describe('the addresses of a name of the local network', () => {
  const gateways = [
    aGateway('blog/far', { gatewayClassName: 'envoy', status: at('192.168.1.61') }),
    aGateway('shop/service', { gatewayClassName: 'envoy', status: at('192.168.1.62') }),
    aGateway('shop/edge', { status: at('192.168.1.63') }),
    aGateway('shop/classless', { gatewayClassName: 'missing', status: at('192.168.1.64') }),
  ];

  it.each([
    {
      case: 'a Gateway of another namespace',
      parentRef: { name: 'far', namespace: 'blog' },
      addresses: ['192.168.1.61'],
    },
    { case: 'no Service of the name of a Gateway', parentRef: { name: 'service', kind: 'Service' }, addresses: [] },
    { case: 'no Gateway of ours', parentRef: { name: 'edge' }, addresses: [] },
    { case: 'no Gateway whose class is missing', parentRef: { name: 'classless' }, addresses: [] },
    { case: 'no Gateway that is missing', parentRef: { name: 'none' }, addresses: [] },
  ])('are those of $case', ({ parentRef, addresses }) => {
    const annotations = { 'cftunnel.io/lan-hostname': 'nas.example.com' };
    const route = anHttpRoute('shop/site', { annotations, parentRefs: [parentRef] });
    const related = aGatewayCluster(...ELSEWHERE, ...gateways);

    expect(lanRequestOf(route, related).routes.map(({ target }) => target?.addresses)).toEqual([addresses]);
  });
});

describe('a route of a Gateway with a name of the local network', () => {
  it.each([
    { case: 'its Gateway of another class', objects: ELSEWHERE, addresses: ['192.168.1.60'] },
    { case: 'the Tunnel without one', objects: [], addresses: [] },
  ])('leads there to $case, and is not public under it', ({ objects, addresses }) => {
    const { routes, problems } = requested({ 'cftunnel.io/lan-hostname': 'nas.example.com' })(...objects);

    expect(problems).toEqual([]);
    expect(routes.map(({ hostnames, target }) => [hostnames.join(), target?.addresses ?? target?.origin])).toEqual([
      ['app.example.com', expect.stringMatching(/^http/)],
      ['nas.example.com', addresses],
    ]);
  });

  it('may have no public hostname at all', () => {
    const { routes } = requested({ 'cftunnel.io/lan-hostname': 'nas.example.com' }, ['nas.example.com'])();

    expect(routes.map(({ target }) => target)).toEqual([{ origin: '', addresses: [] }]);
  });

  it('is told of a misspelt annotation', () => {
    const { problems } = requested({ 'cftunnel.io/lan-hostnam': 'nas.example.com' })();

    expect(problems).toMatchObject([{ message: expect.stringMatching(/did you mean cftunnel\.io\/lan-hostname\?$/) }]);
  });
});
