import { describe, expect, it } from '@jest/globals';
import { caFilesFor, hasCertificates } from '../../../src/core/ca-pool/files.ts';
import type { Route } from '../../../src/core/model/route.ts';
import { aProxiedRoute } from '../../support/proxy-rules.ts';
import { aRoute } from '../../support/routes.ts';

const KNOWN = new Map([
  ['f1', 'PEM 1'],
  ['f2', 'PEM 2'],
]);
const find = (fingerprint: string) => KNOWN.get(fingerprint);

const plain = aRoute('plain.example.com');
const first = trusting('a.example.com', 'f1');
const again = trusting('b.example.com', 'f1');
const second = trusting('c.example.com', 'f2');
const lost = trusting('d.example.com', 'gone');

describe('caFilesFor', () => {
  it('is one file per content, for any order of the routes', () => {
    const files = caFilesFor([plain, second, first, again], find);

    expect(Object.entries(files)).toEqual([
      ['ca-f1.pem', 'PEM 1'],
      ['ca-f2.pem', 'PEM 2'],
    ]);
  });

  it('is empty for routes without a CA pool', () => {
    expect(caFilesFor([plain], find)).toEqual({});
  });
});

// Invariant 20.
describe('hasCertificates', () => {
  it.each([
    { case: 'a route without a CA pool', route: plain, expected: true },
    { case: 'a route whose certificates are known', route: first, expected: true },
    { case: 'a route whose certificates are lost', route: lost, expected: false },
    { case: 'a backend whose certificates are known', route: behind('f1'), expected: true },
    { case: 'a backend whose certificates are lost', route: behind('lost'), expected: false },
    { case: 'a backend that was never resolved', route: behind(), expected: true },
    { case: 'a route that was never resolved', route: { ...plain, caPool: { name: 'ca' } }, expected: false },
  ])('is $expected for $case', ({ route, expected }) => {
    expect(hasCertificates(route, find)).toBe(expected);
  });
});

/** A route through the proxy to a backend with a CA pool. */
function behind(fingerprint?: string): Route {
  const caPool = { name: 'ca', ...(fingerprint === undefined ? {} : { fingerprint }) };
  const backend = { service: 'shop/web', port: 443, protocol: 'https' as const, tls: { serverName: 'web', caPool } };
  return aProxiedRoute('a.example.com', { rule: { backends: [{ weight: 1, backend }] } });
}

function trusting(hostname: string, fingerprint: string): Route {
  return { ...aRoute(hostname), caPool: { name: 'ca', fingerprint } };
}
