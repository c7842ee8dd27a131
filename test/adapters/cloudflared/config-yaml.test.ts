import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dump, load } from 'js-yaml';
import { renderConfig } from '../../../src/adapters/cloudflared/config-yaml.ts';
import type { CloudflaredConfig, IngressRule } from '../../../src/core/ingress/rule.ts';

const APP: IngressRule = { hostname: 'app.example.com', service: 'http://web.default.svc:80' };
const FALLBACK: IngressRule = { service: 'http_status:404' };

const config = (ingress: readonly IngressRule[] = [APP, FALLBACK]): CloudflaredConfig => ({
  tunnel: '01234567-89ab-4cde-8f01-23456789abcd',
  'credentials-file': '/etc/cloudflared/credentials/credentials.json',
  originRequest: { connectTimeout: '30s', noTLSVerify: true },
  ingress,
});

it('is the file that cloudflared reads, keys in their order', () => {
  const text = renderConfig(config());

  expect(text).toBe(
    [
      'tunnel: 01234567-89ab-4cde-8f01-23456789abcd',
      'credentials-file: /etc/cloudflared/credentials/credentials.json',
      'originRequest:',
      '  connectTimeout: 30s',
      '  noTLSVerify: true',
      'ingress:',
      '  - hostname: app.example.com',
      '    service: http://web.default.svc:80',
      '  - service: http_status:404',
      '',
    ].join('\n'),
  );
});

it('writes a value that occurs twice, without anchors', () => {
  expect(renderConfig(config([APP, APP]))).not.toMatch(/[&*]/);
});

it('does not fold a long value', () => {
  const hostname = `${'a'.repeat(63)}.${'b b '.repeat(100)}`;

  const lines = renderConfig(config([{ hostname, service: 'http_status:404' }])).split('\n');

  expect(lines.filter((line) => line.includes('b b'))).toHaveLength(1);
});

it.each(['true', 'false', 'yes', 'no', 'on', 'off', 'null', '~', '8080', '1e3', '0x1F', '0o17', '012', '.inf'])(
  'quotes %s, which YAML 1.1 or 1.2 would not read as a string',
  (value) => {
    const text = renderConfig(config([{ service: value }]));

    expect(text).toMatch(new RegExp(`service: (['"])${value.replace('.', '\\.')}\\1\n`));
  },
);

it('can be parsed, whatever the strings are', () => {
  const anyRule = fc.record({ hostname: fc.string({ unit: 'binary' }), service: fc.string({ unit: 'binary' }) });

  fc.assert(
    fc.property(fc.array(anyRule, { minLength: 1, maxLength: 3 }), (ingress) => {
      const original = config(ingress.map((rule) => ({ ...rule })));

      expect(load(renderConfig(original))).toEqual(original);
    }),
  );
});

it('is byte for byte what js-yaml renders as a whole', () => {
  const anyRule = fc.record({ hostname: fc.string({ unit: 'binary' }), service: fc.string({ unit: 'binary' }) });

  fc.assert(
    fc.property(fc.array(anyRule, { minLength: 1, maxLength: 3 }), (ingress) => {
      const original = config(ingress.map((rule) => ({ ...rule })));

      expect(renderConfig(original)).toBe(dump(original, { lineWidth: -1, noRefs: true }));
    }),
    { examples: [[[{ hostname: 'a\u2028b\nc\n\n d', service: '\n' }]]] },
  );
});

it('is byte for byte the same however many rules there are', () => {
  const original = config(
    Array.from({ length: 100 }, (_, index) => ({ hostname: `app-${index}.example.com`, service: 'http://a.b.svc:80' })),
  );

  expect(renderConfig(original)).toBe(dump(original, { lineWidth: -1, noRefs: true }));
});
