import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LEDGER_KEY, readLedger, writeLedger } from '../../../src/core/ingress/ledger.ts';
import { anyRoutes, shuffled } from '../../support/arbitraries.ts';
import { aConfigMap } from '../../support/builders.ts';
import { aRoute } from '../../support/routes.ts';

describe('writeLedger', () => {
  it('writes one rule a line, by hostname', () => {
    const text = writeLedger([aRoute('b.example.com', 'shop/b'), aRoute('a.example.com', 'shop/a')]);

    expect(text).toBe(`{
  "version": 1,
  "rules": [
    {"hostname":"a.example.com","service":"shop/a","origin":"http://a.shop.svc:80"},
    {"hostname":"b.example.com","service":"shop/b","origin":"http://b.shop.svc:80"}
  ]
}
`);
  });

  it('writes valid JSON for no rules', () => {
    expect(JSON.parse(writeLedger([]))).toEqual({ version: 1, rules: [] });
  });

  it('gives equal bytes for any order of the same routes', () => {
    fc.assert(
      fc.property(shuffled(anyRoutes()), ([one, other]) => {
        expect(writeLedger(one)).toBe(writeLedger(other));
      }),
    );
  });
});

describe('readLedger', () => {
  it('reads what was written', () => {
    fc.assert(
      fc.property(anyRoutes(), (routes) => {
        const read = readText(writeLedger(routes));
        expect(read).toHaveLength(routes.length);
        expect(read).toEqual(expect.arrayContaining(routes));
      }),
    );
  });

  it.each([
    { case: 'there is no ConfigMap', configMap: undefined },
    { case: 'it was never written', configMap: aConfigMap('shop/home', {}) },
    { case: 'it is no JSON', configMap: aConfigMap('shop/home', { [LEDGER_KEY]: '{' }) },
    { case: 'it is null', configMap: aConfigMap('shop/home', { [LEDGER_KEY]: 'null' }) },
    { case: 'its rules are no list', configMap: aConfigMap('shop/home', { [LEDGER_KEY]: '{"rules":{}}' }) },
  ])('cannot be read when $case', ({ configMap }) => {
    expect(readLedger(configMap)).toBeUndefined();
  });

  it('passes over a rule that is broken', () => {
    const rules = [
      { hostname: 'a.example.com', service: 'shop/web', origin: 'http://web.shop.svc:80' },
      { hostname: 'not a name', service: 'shop/web', origin: 'http://web.shop.svc:80' },
      { hostname: 'b.example.com', origin: 'http://web.shop.svc:80' },
      null,
    ];

    expect(readText(JSON.stringify({ rules }))).toEqual([aRoute('a.example.com')]);
  });

  it('answers any text', () => {
    const anyText = fc.oneof(
      fc.string(),
      fc.json(),
      fc.array(fc.jsonValue()).map((rules) => JSON.stringify({ rules })),
    );

    fc.assert(
      fc.property(anyText, (text) => {
        expect(() => readText(text)).not.toThrow();
      }),
    );
  });
});

function readText(text: string) {
  return readLedger(aConfigMap('shop/home', { [LEDGER_KEY]: text }));
}
