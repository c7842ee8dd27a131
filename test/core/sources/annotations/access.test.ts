import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../../src/api/objects.ts';
import type { RouteRequest } from '../../../../src/core/model/route-request.ts';
import { relatedAmong } from '../../../../src/core/sources/related.ts';
import { SERVICES } from '../../../../src/core/sources/service/service-source.ts';
import { parseGrpcRoute } from '../../../../src/core/sources/grpc-route/parse.ts';
import { parseHttpRoute } from '../../../../src/core/sources/http-route/parse.ts';
import { aService } from '../../../support/builders.ts';
import { aGatewayCluster, aGrantOf, aGrpcRoute, anHttpRoute } from '../../../support/gateways.ts';
import { aRule, anIngress, requestOfIngress } from '../../../support/ingresses.ts';
import { PARSERS } from '../../../support/parsers.ts';

const KEY = 'cftunnel.io/access';
const POLICY = { group: 'cftunnel.io', kind: 'AccessPolicy' };

function service(access: string, annotations: Readonly<Record<string, string>> = {}, ...objects: KubeObject[]) {
  const traits = { hostname: 'app.example.com', annotations: { [KEY]: access, ...annotations } };
  return SERVICES.parse(aService('shop/web', traits), PARSERS, relatedAmong(objects));
}

/** Lets objects of a kind in namespace `shop` use the policies of `infra`. */
function grantFor(group: string, kind: string): KubeObject {
  return aGrantOf('infra/shared', { group, kind, namespace: 'shop' }, POLICY);
}

function accessOf({ routes }: RouteRequest) {
  return routes.map(({ target }) => target?.access);
}

function messagesOf({ problems }: RouteRequest): readonly string[] {
  return problems.map(({ reason, message }) => `${reason} ${message}`);
}

describe('the policies of a Service', () => {
  it.each([
    ['employees', ['shop/employees']],
    [' office , employees', ['shop/office', 'shop/employees']],
    ['shop/office', ['shop/office']],
    ['none', 'none'],
  ])('%j are %j', (text, access) => {
    expect(accessOf(service(text))).toEqual([access]);
    expect(messagesOf(service(text))).toEqual([]);
  });

  it('are absent without the annotation, which is not the same as none', () => {
    const request = SERVICES.parse(aService('shop/web', { hostname: 'a.example.com' }), PARSERS, relatedAmong([]));

    expect(request.routes[0]?.target).not.toHaveProperty('access');
    expect(request.asksForAccess).toBeUndefined();
  });

  it.each([
    ['', '"" must be the name of an AccessPolicy, or namespace/name'],
    ['Employees', '"Employees" must be the name of an AccessPolicy, or namespace/name'],
    ['a,,b', '"" must be the name of an AccessPolicy, or namespace/name'],
    ['a/b/c', '"a/b/c" must be the name of an AccessPolicy, or namespace/name'],
    ['None', '"None" must be the name of an AccessPolicy, or namespace/name, did you mean none?'],
    ['none,employees', 'none cannot be combined with policies; remove one of the two'],
    ['office,shop/office', 'names AccessPolicy shop/office twice; remove one of the two'],
  ])('%j are refused, and nothing is served meanwhile without Access', (text, why) => {
    const request = service(text);

    expect(messagesOf(request)).toEqual([`InvalidAnnotation ${KEY}: ${why}`]);
    expect(request.asksForAccess).toBe(true);
  });

  it('may be those of another namespace only with a ReferenceGrant there, from this kind of object', () => {
    const from = { group: '', kind: 'Service', namespace: 'shop' };
    const grant = aGrantOf('infra/shared', from, { ...POLICY, name: 'office' });
    const others = [
      aGrantOf('infra/shared', { ...from, kind: 'Secret' }, POLICY),
      aGrantOf('infra/shared', from, { group: '', kind: 'Secret' }),
      aGrantOf('infra/shared', from, { ...POLICY, name: 'other' }),
      aGrantOf('elsewhere/shared', from, POLICY),
    ];

    expect(accessOf(service('infra/office', {}, grant))).toEqual([['infra/office']]);
    for (const other of others)
      expect(messagesOf(service('infra/office', {}, other))).toEqual([
        `NotAllowed ${KEY}: AccessPolicy infra/office may not be used from namespace shop. Its owner can permit it with a ReferenceGrant in namespace infra, from Service (group "") to AccessPolicy (group "cftunnel.io")`,
      ]);
  });

  it('are those of an entry where it names some, else those of the annotation', () => {
    const list = '[{path: /a, access: admins}, {path: /b}, {path: /c, access: none}]';
    const request = SERVICES.parse(
      aService('shop/web', { tunnel: 'home', annotations: { [KEY]: 'employees', 'cftunnel.io/routes': list } }),
      PARSERS,
      relatedAmong([]),
    );

    expect(accessOf(request)).toEqual([['shop/admins'], ['shop/employees'], 'none']);
  });

  it('are named by their place in a list', () => {
    const list = '[{path: /a, access: A}]';
    const request = SERVICES.parse(
      aService('shop/web', { tunnel: 'home', annotations: { 'cftunnel.io/routes': list } }),
      PARSERS,
      relatedAmong([]),
    );

    expect(messagesOf(request)).toEqual([
      'InvalidAnnotation cftunnel.io/routes[0].access: "A" must be the name of an AccessPolicy, or namespace/name',
    ]);
  });
});

describe('the policies of other sources', () => {
  const annotations = { [KEY]: 'infra/office' };
  const rules = [aRule('app.example.com', { '/': 'web' })];
  const web = { backendRefs: [{ name: 'web', port: 80 }] };
  const hostnames = ['app.example.com'];

  it.each([
    [
      'an Ingress',
      grantFor('networking.k8s.io', 'Ingress'),
      (...objects: readonly KubeObject[]) =>
        requestOfIngress(
          anIngress('shop/site', { rules, annotations }),
          relatedAmong([aService('shop/web'), ...objects]),
        ),
    ],
    [
      'an HTTPRoute',
      grantFor('gateway.networking.k8s.io', 'HTTPRoute'),
      (...objects: readonly KubeObject[]) =>
        parseHttpRoute(
          anHttpRoute('shop/site', { hostnames, rules: [web], annotations }),
          PARSERS,
          aGatewayCluster(...objects),
        ),
    ],
    [
      'a GRPCRoute',
      grantFor('gateway.networking.k8s.io', 'GRPCRoute'),
      (...objects: readonly KubeObject[]) =>
        parseGrpcRoute(
          aGrpcRoute('shop/site', { hostnames, rules: [web], annotations }),
          PARSERS,
          aGatewayCluster(...objects),
        ),
    ],
  ])('of %s need a grant from its kind', (_, grant, parse) => {
    expect(accessOf(parse(grant))).toEqual([['infra/office']]);
    expect(messagesOf(parse())).toEqual([expect.stringMatching(/^NotAllowed .* may not be used from namespace shop/)]);
    expect(parse().asksForAccess).toBe(true);
  });

  it('of a route of a Gateway are not lost to a misspelt key', () => {
    const traits = { hostnames, rules: [web], annotations: { 'cftunnel.io/acces': 'office' } };

    expect(messagesOf(parseHttpRoute(anHttpRoute('shop/site', traits), PARSERS, aGatewayCluster()))).toEqual([
      'InvalidAnnotation cftunnel.io/acces: unknown annotation, did you mean cftunnel.io/access?',
    ]);
  });
});
