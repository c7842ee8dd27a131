/** Surrounding white space is ignored, wherever a value is written. */
import { describe, expect, it } from '@jest/globals';
import { ANNOTATION_ALIASES } from '../../../../src/api/annotation-aliases.ts';
import type { ValueKind } from '../../../../src/api/annotation-rule.ts';
import { SERVICE_ANNOTATIONS } from '../../../../src/api/annotations.ts';
import { ORIGIN_ANNOTATIONS } from '../../../../src/api/origin-annotations.ts';
import type { RouteRequest } from '../../../../src/core/model/route-request.ts';
import { aService } from '../../../support/builders.ts';
import { requestOf } from '../../../support/requests.ts';

type Annotations = Readonly<Record<string, string>>;

/** A value of each kind; a kind that is missing here fails the type check. */
const SAMPLES: Readonly<Record<ValueKind, string>> = {
  lanHostnames: 'nas.example.com',
  addresses: '192.168.1.10',
  hostnames: 'a.example.com,b.example.com',
  tunnel: 'infra/home',
  port: '80',
  protocol: 'https',
  path: '/api',
  pathType: 'Exact',
  balance: 'connection',
  session: 'header:X-Session',
  access: 'employees',
  dns: 'disabled',
  routes: '[{hostname: a.example.com}]',
  boolean: 'true',
  duration: '1m30s',
  integer: '5',
  serverName: 'web.internal',
  host: 'web.internal:8443',
  caPool: 'ca/root.pem',
  proxyType: 'socks',
  servicePort: 'shop/web:80',
};

const ALIAS_SAMPLES: Annotations = {
  'cfargotunnel.com/tunnel': 'home',
  'cfargotunnel.com/cluster-tunnel': 'home',
  'cfargotunnel.com/fqdn': 'a.example.com',
  'cfargotunnel.com/proto': 'https',
  'cfargotunnel.com/target': 'https://web.shop.svc:80',
  'cfargotunnel.com/caPool': 'ca',
  'cfargotunnel.com/noTlsVerify': 'true',
};

const padded = (value: string): string => `\n \t${value.replaceAll(',', ' ,\n ')} \n`;
const request = (annotations: Annotations): RouteRequest => requestOf(aService('shop/web', { annotations }));
const given = (key: string, value: string): Annotations =>
  key === 'cftunnel.io/routes'
    ? { [key]: value }
    : { 'cftunnel.io/hostname': 'a.example.com', ...requiredBy(key), [key]: value };

/** Annotations without which another one has no effect. */
function requiredBy(key: string): Annotations {
  if (key === 'cftunnel.io/lan-address') return { 'cftunnel.io/lan-hostname': 'nas.example.com' };
  return key === 'cftunnel.io/path-type' ? { 'cftunnel.io/path': '/api' } : {};
}

describe('white space around a value is ignored', () => {
  it.each(SERVICE_ANNOTATIONS)('in the annotation $key', ({ key, kind }) => {
    const plain = request(given(key, SAMPLES[kind]));

    expect(plain.problems).toEqual([]);
    expect(request(given(key, padded(SAMPLES[kind])))).toEqual(plain);
  });

  it.each(ANNOTATION_ALIASES)('in the alias $key', ({ key }) => {
    const value = ALIAS_SAMPLES[key] ?? '';
    const plain = request({ [key]: value });

    expect(plain.problems).toEqual([]);
    expect(request({ [key]: padded(value) })).toEqual(plain);
  });

  it.each(ORIGIN_ANNOTATIONS)('in an entry of cftunnel.io/routes, for $field', ({ field, kind }) => {
    const entry = (value: string): Annotations => ({
      'cftunnel.io/routes': JSON.stringify([{ hostname: 'a.example.com', origin: { [field]: value } }]),
    });
    const plain = request(entry(SAMPLES[kind]));

    expect(plain.problems).toEqual([]);
    expect(request(entry(padded(SAMPLES[kind])))).toEqual(plain);
  });

  it('in the other fields of such an entry', () => {
    const entry = { hostname: 'a.example.com', path: '/api', pathType: 'Exact', port: '80', protocol: 'https' };
    const loose = Object.fromEntries(Object.entries(entry).map(([field, value]) => [field, padded(value)]));
    const plain = request({ 'cftunnel.io/routes': JSON.stringify([entry]) });

    expect(plain.problems).toEqual([]);
    expect(request({ 'cftunnel.io/routes': JSON.stringify([loose]) })).toEqual(plain);
  });
});
