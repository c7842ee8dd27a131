import { describe, expect, it } from '@jest/globals';
import { GATEWAY_GROUP } from '../../../src/api/gateway-objects.ts';
import type { KubeObject } from '../../../src/api/objects.ts';
import { isRelevant, requestsIn, sourceObjectsIn, stateOf } from '../../../src/core/preview/state.ts';
import { keyOf } from '../../../src/core/keys.ts';
import type { RelatedKind } from '../../../src/core/sources/related.ts';
import { anAccessPolicy } from '../../support/access-world.ts';
import { aConfigMap, aNamespace, aNode, aSecret, aService, aTunnel } from '../../support/builders.ts';
import { aGateway, aGatewayClass, aListenerSet, aTlsPolicy } from '../../support/gateways.ts';
import { aRule, anIngress, anIngressClass } from '../../support/ingresses.ts';
import { PARSERS } from '../../support/parsers.ts';
import { KINDS } from '../../support/routed.ts';

const TUNNEL = aTunnel('shop/home');
const NAMESPACE = aNamespace('shop');
const NODE = aNode('n1');
const CONFIG_MAP = aConfigMap('shop/ca', {});
const SECRET = aSecret('shop/ca', {});
const POLICY = anAccessPolicy({ decision: 'Allow' });
const WEB = aService('shop/web', { hostname: 'app.example.com' });
const PLAIN = aService('shop/plain');
const SITE = anIngress('shop/web', { rules: [aRule('site.example.com', { '/': 'web' })] });
const CLASS = anIngressClass('cftunnel');
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'shop', name: 'web' } };
const OBJECTS = [TUNNEL, NAMESPACE, NODE, CONFIG_MAP, SECRET, POLICY, WEB, PLAIN, SITE, CLASS, DEPLOYMENT];

function objectOf(apiVersion: string, kind: string): KubeObject {
  return { apiVersion, kind, metadata: { namespace: 'shop', name: 'one' } };
}

describe('the state of a cluster', () => {
  const state = stateOf(OBJECTS, KINDS, 'all');

  it('has its objects by kind', () => {
    const { sources: _, accessPolicies, related: __, ...objects } = state;

    expect(objects).toStrictEqual({
      tunnels: [TUNNEL],
      namespaces: [NAMESPACE],
      nodes: [NODE],
      configMaps: new Map([['shop/ca', CONFIG_MAP]]),
      secrets: new Map([['shop/ca', SECRET]]),
    });
    expect(accessPolicies.list()).toStrictEqual([POLICY]);
    expect(stateOf([], KINDS, 'all').nodes).toBeUndefined();
  });

  it('has sources by their keys, with the fields that the operator reads', () => {
    const managed = { ...WEB, metadata: { ...WEB.metadata, managedFields: [{}] } };
    const sources = sourceObjectsIn(stateOf([...OBJECTS, managed], KINDS, 'all'));

    expect([...sources.keys()]).toStrictEqual(['shop/web', 'shop/plain', 'Ingress/shop/web']);
    expect(sources.get('shop/web')?.metadata).not.toHaveProperty('managedFields');
  });

  it('has the requests of sources that make one', () => {
    expect(requestsIn(state, PARSERS).map(({ source, routes }) => [source, routes[0]?.hostnames])).toStrictEqual([
      ['shop/web', ['app.example.com']],
      ['Ingress/shop/web', ['site.example.com']],
    ]);
  });

  it.each<readonly [KubeObject, RelatedKind]>([
    [TUNNEL, 'Tunnel'],
    [PLAIN, 'Service'],
    [CLASS, 'IngressClass'],
    [NAMESPACE, 'Namespace'],
    [aGatewayClass(), 'GatewayClass'],
    [aGateway('shop/edge'), 'Gateway'],
    [aListenerSet('shop/more', []), 'ListenerSet'],
  ])('relates others to $kind of $apiVersion', (object, kind) => {
    expect(stateOf([object], KINDS, 'all').related.get(kind, keyOf(object))).toMatchObject({
      metadata: { name: object.metadata.name },
    });
  });

  it.each(['v1', 'v1beta1'])('relates others to ReferenceGrants of %s', (version) => {
    const grant = objectOf(`${GATEWAY_GROUP}/${version}`, 'ReferenceGrant');

    expect(stateOf([grant], KINDS, 'all').related.list('ReferenceGrant', 'shop')).toStrictEqual([grant]);
  });

  it('relates others to the certificates that a Service is to have', () => {
    const policy = aTlsPolicy('shop/tls', { service: 'web' });

    expect(stateOf([policy], KINDS, 'all').related.get('BackendTlsPolicies', 'shop/web')).toStrictEqual([policy]);
  });
});

describe('an object', () => {
  const relevant = OBJECTS.filter((object) => object !== DEPLOYMENT);

  it.each([...relevant, objectOf(`${GATEWAY_GROUP}/v1`, 'HTTPRoute')])(
    'that is a $kind of $apiVersion decides about routes',
    (object) => {
      expect(isRelevant(object, KINDS)).toBe(true);
    },
  );

  it.each([DEPLOYMENT, objectOf('serving.knative.dev/v1', 'Service'), objectOf('v1', 'Pod')])(
    'that is a $kind of $apiVersion does not',
    (object) => {
      expect(isRelevant(object, KINDS)).toBe(false);
    },
  );
});
