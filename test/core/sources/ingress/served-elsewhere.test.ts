/** Ingresses that another controller serves, and that are to be public through a Tunnel. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OTHER_CLASS_ANNOTATIONS } from '../../../../src/api/ingress-annotations.ts';
import type { Ingress, Service } from '../../../../src/api/objects.ts';
import type { RouteRequest } from '../../../../src/core/model/route-request.ts';
import { aService, aTunnel } from '../../../support/builders.ts';
import {
  type IngressTraits,
  aCluster,
  aRule,
  aWebService,
  anIngress,
  requestOfIngress,
} from '../../../support/ingresses.ts';

const HOST = 'app.example.com';
const ASKS = { 'cftunnel.io/tunnel': 'home' };
const OWN = aService('shop/proxy', {
  ports: [
    { name: 'web', port: 8000 },
    { name: 'websecure', port: 8443, appProtocol: 'https' },
  ],
});
const NGINX = aWebService('ingress-nginx/nginx', '192.0.2.1');
const PLAIN = aWebService('plain/proxy', '192.0.2.2', [80]);
const INTERNAL: Service = {
  ...aWebService('inner/proxy'),
  clusterAddress: '10.0.0.9',
  spec: { ports: [{ port: 80 }] },
};
const DNS: Service = aWebService('dns/dns', '192.0.2.1', [53]);
const SERVICES = [OWN, NGINX, PLAIN, INTERNAL, DNS, aService('shop/alias')];

interface Case extends IngressTraits {
  /** `spec.origin` of the Tunnel. */
  readonly lent?: string;
  /** `cftunnel.io/origin`. */
  readonly origin?: string;
}

describe('a host leads to', () => {
  it.each<{ case: string; given: Case; origin: string }>([
    {
      case: 'the Service of its namespace in the annotation',
      given: { origin: 'shop/proxy:web' },
      origin: 'http://proxy.shop.svc:8000',
    },
    {
      case: 'the port by its number, whose appProtocol decides',
      given: { origin: ' shop/proxy:8443 ' },
      origin: 'https://proxy.shop.svc:8443',
    },
    {
      case: 'the Service that the Tunnel names',
      given: { lent: 'ingress-nginx/nginx:443' },
      origin: 'https://nginx.ingress-nginx.svc:443',
    },
    {
      case: 'the Service in the annotation before that of the Tunnel',
      given: { lent: 'ingress-nginx/nginx:443', origin: 'shop/proxy:web' },
      origin: 'http://proxy.shop.svc:8000',
    },
    {
      case: 'the Service of another namespace that the annotation and the Tunnel name',
      given: { lent: 'ingress-nginx/nginx:80', origin: 'ingress-nginx/nginx:80' },
      origin: 'http://nginx.ingress-nginx.svc:80',
    },
    {
      case: 'the Service of the load balancer in its status',
      given: { addresses: ['192.0.2.1'] },
      origin: 'http://nginx.ingress-nginx.svc:80',
    },
    {
      case: 'the port with TLS, if the controller has its certificate',
      given: { addresses: ['192.0.2.1'], secured: [HOST] },
      origin: 'https://nginx.ingress-nginx.svc:443',
    },
    {
      case: 'the port without TLS, if the controller has only the certificate of another host',
      given: { addresses: ['192.0.2.1'], secured: ['other.example.com'] },
      origin: 'http://nginx.ingress-nginx.svc:80',
    },
    {
      case: 'the only port for the web',
      given: { addresses: ['192.0.2.2'], secured: [] },
      origin: 'http://proxy.plain.svc:80',
    },
    {
      case: 'the Service whose cluster IP is in its status',
      given: { addresses: ['10.0.0.9'] },
      origin: 'http://proxy.inner.svc:80',
    },
    {
      case: 'the Tunnel before the status',
      given: { addresses: ['192.0.2.1'], lent: 'plain/proxy:80' },
      origin: 'http://proxy.plain.svc:80',
    },
    {
      case: 'the protocol in the annotation',
      given: { lent: 'plain/proxy:80', annotations: { 'cftunnel.io/protocol': 'https' } },
      origin: 'https://proxy.plain.svc:80',
    },
  ])('$case', ({ given, origin }) => {
    const { routes, problems } = parsed(given);

    expect(problems).toEqual([]);
    expect(routes.map(({ target }) => target?.origin)).toEqual([origin]);
  });

  it('the same whatever its paths, which are left to the controller', () => {
    const rules = [aRule(HOST, { '/': 'a', '/api': 'b' }), aRule(HOST, { '/c': 'c' }), aRule('b.example.com', {})];
    const { routes } = parsed({ rules, lent: 'plain/proxy:80' });

    expect(routes).toMatchObject([{ hostnames: [HOST] }, { hostnames: ['b.example.com'] }]);
    expect(routes.map(({ target }) => target?.path)).toEqual([undefined, undefined]);
  });
});

describe('the name in the TLS handshake', () => {
  const SERVER_NAME = { 'cftunnel.io/origin-server-name': 'internal.example.com' };
  const OWN_CHOICE = { 'cftunnel.io/origin-match-sni-to-host': 'false' };

  it.each<{ case: string; host: string; annotations?: Readonly<Record<string, string>>; settings: unknown }>([
    { case: 'is the hostname', host: HOST, settings: { originServerName: HOST } },
    { case: "is the visitor's for a wildcard", host: '*.example.com', settings: { matchSNItoHost: true } },
    {
      case: 'is that of the annotation',
      host: HOST,
      annotations: SERVER_NAME,
      settings: { originServerName: 'internal.example.com' },
    },
    { case: 'is left out if so chosen', host: HOST, annotations: OWN_CHOICE, settings: { matchSNItoHost: false } },
    {
      case: 'joins other settings in their order',
      host: HOST,
      annotations: { 'cftunnel.io/origin-no-tls-verify': 'true', 'cftunnel.io/origin-connect-timeout': '5s' },
      settings: { connectTimeout: '5s', originServerName: HOST, noTLSVerify: true },
    },
  ])('$case', ({ host, annotations = {}, settings }) => {
    const [route] = parsed({ rules: [aRule(host, {})], annotations, lent: 'ingress-nginx/nginx:443' }).routes;

    expect(route?.target?.originRequest).toStrictEqual(settings);
  });

  it('is not set for an origin without TLS', () => {
    expect(parsed({ lent: 'plain/proxy:80' }).routes[0]?.target).toStrictEqual({ origin: 'http://proxy.plain.svc:80' });
  });
});

describe('what cannot be served', () => {
  it.each<{ case: string; given: Case; reason: string; says: RegExp }>([
    {
      case: 'a Service of another namespace that the Tunnel does not name',
      given: { origin: 'ingress-nginx/nginx:80' },
      reason: 'NotAllowed',
      says: /in another namespace, and only spec\.origin of Tunnel shop\/home can lead there/,
    },
    {
      case: 'another port of the Service that the Tunnel names',
      given: { lent: 'ingress-nginx/nginx:443', origin: 'ingress-nginx/nginx:80' },
      reason: 'NotAllowed',
      says: /with the same Service and port/,
    },
    {
      case: 'text that names no port',
      given: { origin: 'shop/proxy' },
      reason: 'InvalidAnnotation',
      says: /"shop\/proxy" must be namespace\/service:port/,
    },
    {
      case: 'a Service that does not exist',
      given: { lent: 'infra/gone:80' },
      reason: 'BackendNotFound',
      says: /spec\.origin of the Tunnel: Service infra\/gone does not exist/,
    },
    {
      case: 'a port that the Service lacks',
      given: { origin: 'shop/proxy:admin' },
      reason: 'PortNotFound',
      says: /cftunnel\.io\/origin: the Service has no TCP port "admin"/,
    },
    { case: 'a status without an address', given: {}, reason: 'BackendNotFound', says: /names no address yet.*Set / },
    {
      case: 'a status that leads out of the cluster',
      given: { addresses: ['lb.example.net'] },
      reason: 'BackendNotFound',
      says: /leads to lb\.example\.net, which is no address of a Service.*spec\.origin/,
    },
    {
      case: 'a status that several Services share',
      given: { addresses: ['192.0.2.1', '192.0.2.2'] },
      reason: 'BackendNotFound',
      says: /several Services share: ingress-nginx\/nginx, plain\/proxy\./,
    },
    {
      case: 'a protocol that only the proxy speaks',
      given: { lent: 'plain/proxy:80', annotations: { 'cftunnel.io/protocol': 'h2c' } },
      reason: 'InvalidAnnotation',
      says: /h2c does not lead to another controller/,
    },
    {
      case: 'a session, which is for the controller to keep',
      given: { lent: 'plain/proxy:80', annotations: { 'cftunnel.io/session': 'cookie' } },
      reason: 'InvalidAnnotation',
      says: /session/,
    },
    {
      case: 'an annotation of Services',
      given: { lent: 'plain/proxy:80', annotations: { 'cftunnel.io/hostname': HOST } },
      reason: 'InvalidAnnotation',
      says: /has no meaning on an Ingress/,
    },
    {
      case: 'no host at all',
      given: { rules: [], lent: 'plain/proxy:80' },
      reason: 'InvalidSpec',
      says: /names no host/,
    },
  ])('is told once: $case', ({ given, reason, says }) => {
    const rules = given.rules ?? [aRule(HOST, {}), aRule('b.example.com', {})];
    const { problems } = parsed({ ...given, rules });

    expect(problems).toMatchObject([{ reason }]);
    expect(problems[0]?.message).toMatch(says);
  });

  it.each([
    { case: 'a Service that nobody lends', origin: 'ingress-nginx/nginx:80', isForbidden: true },
    { case: 'a Service that does not exist', origin: 'shop/gone:80', isForbidden: false },
  ])('$case: even what was live must go is $isForbidden', ({ origin, isForbidden }) => {
    expect(parsed({ origin }).forbidden !== undefined).toBe(isForbidden);
  });

  it('an alias into another namespace, whoever names it', () => {
    const alias: Service = { ...aService('infra/alias'), spec: { type: 'ExternalName', externalName: 'db.data.svc' } };
    const { forbidden } = parsed({ lent: 'infra/alias:80' }, [alias]);

    expect(forbidden).toMatchObject({ reason: 'NotAllowed' });
  });

  it.each([
    { rule: aRule(undefined, {}), says: /spec\.rules\[1\]: has no host/ },
    { rule: aRule('localhost', {}), says: /spec\.rules\[1\]\.host: "localhost"/ },
  ])('is left out, and affects no other host: $says', ({ rule, says }) => {
    const { routes, problems } = parsed({ rules: [aRule(HOST, {}), rule], lent: 'plain/proxy:80' });

    expect(problems).toEqual([]);
    expect(routes).toMatchObject([
      { hostnames: [HOST], problems: [] },
      { hostnames: [], isForbidden: true },
    ]);
    expect(routes[0]?.target).toBeDefined();
    expect(routes[1]?.problems[0]?.message).toMatch(says);
  });

  it('is not guessed without its Tunnel, which is told when routes are attached', () => {
    const ingress = anIngress('shop/web', { className: 'nginx', rules: [aRule(HOST, {})], annotations: ASKS });
    const { routes, problems } = requestOfIngress(ingress, aCluster(SERVICES));

    expect([routes, problems]).toEqual([[{ hostnames: [HOST], problems: [], warnings: [] }], []]);
  });
});

it('on an Ingress of our class, the annotation is refused', () => {
  const annotations = { ...ASKS, 'cftunnel.io/origin': 'shop/proxy:web' };
  const ingress = anIngress('shop/web', { rules: [aRule(HOST, { '/': 'proxy' })], annotations });

  expect(requestOfIngress(ingress, aCluster(SERVICES)).problems).toMatchObject([
    { reason: 'InvalidAnnotation', message: expect.stringContaining('no meaning on an Ingress of our class') },
  ]);
});

it('parsing never fails, and no route leads to another namespace that nobody lends', () => {
  const anyText = fc.oneof(fc.string(), fc.constantFrom(HOST, '*.example.com', '', 'shop/proxy:web', 'plain/proxy:80'));
  const anyAnnotations = fc.dictionary(fc.constantFrom(...OTHER_CLASS_ANNOTATIONS.map(({ key }) => key)), anyText);

  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 3 }), anyAnnotations, (hosts, annotations) => {
      const rules = hosts.map((host) => aRule(host, {}));
      const { routes } = parsed({ rules, annotations, lent: 'ingress-nginx/nginx:443' });
      const origins = routes.flatMap(({ target }) => target?.origin ?? []);
      return origins.every((origin) => origin === '' || /\.(shop|ingress-nginx)\.svc:/.test(origin));
    }),
  );
});

function parsed({ lent, origin, ...traits }: Case, more: readonly Service[] = []): RouteRequest {
  const named = origin === undefined ? {} : { 'cftunnel.io/origin': origin };
  const annotations = { ...ASKS, ...named, ...traits.annotations };
  const ingress: Ingress = anIngress('shop/web', {
    rules: [aRule(HOST, {})],
    ...traits,
    className: 'nginx',
    annotations,
  });
  const tunnel = aTunnel('shop/home', { spec: lent === undefined ? {} : { origin: lent } });
  return requestOfIngress(ingress, aCluster([...SERVICES, ...more], undefined, [tunnel]));
}
