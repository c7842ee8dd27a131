/** Which Gateway a route names, and which Tunnel that leads to. */
import { describe, expect, it } from '@jest/globals';
import type { Gateway, ParentReference } from '../../../src/api/gateway-objects.ts';
import { type Attachment, type AttachingRoute, attachTo } from '../../../src/core/gateway/attach.ts';
import { ANY_HOST } from '../../../src/core/model/hostname.ts';
import { aGateway, aGatewayClass, aGatewayCluster, aListenerSet } from '../../support/gateways.ts';

const EDGE: ParentReference = { name: 'edge' };

function aRoute(traits: Partial<AttachingRoute> = {}): AttachingRoute {
  return { kind: 'HTTPRoute', namespace: 'shop', hostnames: [ANY_HOST], wasOurs: false, ...traits };
}

describe('a reference', () => {
  const found = (gateway: Gateway, reference: ParentReference = EDGE, wasOurs = false): Attachment | undefined =>
    attachTo(reference, aRoute({ wasOurs }), aGatewayCluster(gateway));

  it.each([
    { case: 'of another class', gateway: aGateway('shop/edge', { gatewayClassName: 'other' }), reference: EDGE },
    { case: 'that is being deleted', gateway: aGateway('shop/edge', { deleting: true }), reference: EDGE },
    { case: 'that does not exist', gateway: aGateway('shop/edge'), reference: { name: 'none' } },
    { case: 'of another kind', gateway: aGateway('shop/edge'), reference: { ...EDGE, kind: 'Service', group: '' } },
    { case: 'of another group', gateway: aGateway('shop/edge'), reference: { ...EDGE, group: 'example.com' } },
    { case: 'that is a route', gateway: aGateway('shop/edge'), reference: { name: 'set', kind: 'HTTPRoute' } },
  ])('to a Gateway $case is not ours to answer', ({ gateway, reference }) => {
    const other = aGatewayClass('other', { controllerName: 'example.com/other' });

    expect(
      attachTo(reference, aRoute(), aGatewayCluster(gateway, other, aListenerSet('shop/set', []))),
    ).toBeUndefined();
  });

  it('stays ours while the class of its Gateway does not exist', () => {
    const gateway = aGateway('shop/edge', { gatewayClassName: 'missing' });

    expect(found(gateway)).toBeUndefined();
    expect(found(gateway, EDGE, true)?.accepted.status).toBe('True');
  });

  it.each([
    { case: 'of the name of the Gateway', gateway: aGateway('shop/edge'), tunnel: 'shop/edge' },
    {
      case: 'that the Gateway names',
      gateway: aGateway('shop/edge', {
        infrastructure: { parametersRef: { group: 'cftunnel.io', kind: 'Tunnel', name: 'home' } },
      }),
      tunnel: 'shop/home',
    },
  ])('leads to the Tunnel $case', ({ gateway, tunnel }) => {
    expect(found(gateway)?.tunnel).toBe(tunnel);
  });

  it.each([
    { group: '', kind: 'ConfigMap', named: '/ConfigMap' },
    { group: 'cftunnel.io', kind: 'ConfigMap', named: 'cftunnel.io/ConfigMap' },
    { group: 'example.com', kind: 'Tunnel', named: 'example.com/Tunnel' },
  ])('to a Gateway that names a $kind of "$group" as its Tunnel is not accepted', ({ named, ...parameters }) => {
    const gateway = aGateway('shop/edge', { infrastructure: { parametersRef: { ...parameters, name: 'x' } } });

    expect(found(gateway)).toStrictEqual({
      reference: EDGE,
      gateway: 'shop/edge',
      accepted: {
        type: 'Accepted',
        status: 'False',
        reason: 'NoMatchingParent',
        message: `Gateway shop/edge has no Tunnel: spec.infrastructure.parametersRef must name a Tunnel of cftunnel.io, and "${named}" is none`,
      },
      listeners: [],
      hostnames: [],
      owners: new Map(),
      withoutTls: [],
    });
  });
});
