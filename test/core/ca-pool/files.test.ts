import { describe, expect, it } from '@jest/globals';
import { caFilesFor, hasCertificates } from '../../../src/core/ca-pool/files.ts';
import type { Route } from '../../../src/core/model/route.ts';
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
  it('is a file for each content, whoever asks for it, in any order', () => {
    const files = caFilesFor([plain, second, first, again], find);

    expect(Object.entries(files)).toEqual([
      ['ca-f1.pem', 'PEM 1'],
      ['ca-f2.pem', 'PEM 2'],
    ]);
  });

  it('is nothing for routes that ask for none', () => {
    expect(caFilesFor([plain], find)).toEqual({});
  });
});

// Invariant 20.
describe('hasCertificates', () => {
  it.each([
    { case: 'a route that asks for none', route: plain, expected: true },
    { case: 'a route whose certificates are there', route: first, expected: true },
    { case: 'a route whose certificates nobody has any more', route: lost, expected: false },
    { case: 'a route that was never settled', route: { ...plain, caPool: { name: 'ca' } }, expected: false },
  ])('is $expected for $case', ({ route, expected }) => {
    expect(hasCertificates(route, find)).toBe(expected);
  });
});

function trusting(hostname: string, fingerprint: string): Route {
  return { ...aRoute(hostname), caPool: { name: 'ca', fingerprint } };
}
