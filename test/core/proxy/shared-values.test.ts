import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { load } from 'js-yaml';
import type { Json } from '../../../src/core/proxy/envoy-json.ts';
import { SharedValues } from '../../../src/core/proxy/shared-values.ts';

/** Long enough to be shared, and with everything that YAML gives a meaning. */
const LONG: Json = { text: 'a: *b & {c} "d" \u0085 \\ # 2026-01-01', list: ['*', '&', '~', 'yes', 1, true] };

it('every value is read as it was', () => {
  const anyJson = fc.jsonValue().filter((value) => !JSON.stringify(value).match(/null|__proto__/));

  fc.assert(
    fc.property(fc.array(anyJson as fc.Arbitrary<Json>), (values) => {
      const all = [...values, LONG, { again: LONG, others: values }, ...values];
      const shared = new SharedValues(all);
      const text = `[${all.map((value) => shared.write(value)).join(',\n')}]`;
      expect(load(text)).toEqual(JSON.parse(JSON.stringify(all)));
    }),
  );
});

it('a value that occurs again is written once', () => {
  const shared = new SharedValues([LONG, { inner: LONG }]);

  expect(shared.write(LONG)).toMatch(/^&a1 \{"text": /);
  expect(shared.write({ inner: LONG })).toBe('{"inner": *a1 }');
});

it('a short value is written as it is', () => {
  const value: Json = { port: 80 };
  const shared = new SharedValues([value, value]);

  expect([shared.write(value), shared.write(value)]).toEqual(['{"port":80}', '{"port":80}']);
});
