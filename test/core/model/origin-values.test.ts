import { describe, expect, it } from '@jest/globals';
import type { SettingKind } from '../../../src/api/origin-annotations.ts';
import { READERS, isPort, readCaPool } from '../../../src/core/model/origin-values.ts';

describe('a setting', () => {
  it.each<{ kind: SettingKind; text: string; value: unknown }>([
    { kind: 'boolean', text: 'true', value: true },
    { kind: 'boolean', text: 'false', value: false },
    { kind: 'duration', text: '1m30s', value: '1m30s' },
    { kind: 'duration', text: '1500us', value: '1500us' },
    { kind: 'integer', text: '-1', value: -1 },
    { kind: 'integer', text: '100000', value: 100_000 },
    { kind: 'serverName', text: 'web.internal', value: 'web.internal' },
    { kind: 'serverName', text: '10.0.0.1', value: '10.0.0.1' },
    { kind: 'serverName', text: 'fd00::1', value: 'fd00::1' },
    { kind: 'serverName', text: '', value: '' },
    { kind: 'serverName', text: 'a'.repeat(253), value: 'a'.repeat(253) },
    { kind: 'host', text: '', value: '' },
    { kind: 'host', text: 'web.internal', value: 'web.internal' },
    { kind: 'host', text: 'a'.repeat(253), value: 'a'.repeat(253) },
    { kind: 'host', text: 'Web.internal:8080', value: 'Web.internal:8080' },
    { kind: 'host', text: '[fd00::1]:80', value: '[fd00::1]:80' },
    { kind: 'proxyType', text: '', value: '' },
    { kind: 'proxyType', text: 'socks', value: 'socks' },
  ])('of kind $kind can be $text', ({ kind, text, value }) => {
    expect(READERS[kind](text)).toEqual({ value });
  });

  it.each<{ kind: SettingKind; texts: readonly string[] }>([
    { kind: 'boolean', texts: ['', 'True', 'yes', '1', ' true', 'true\n'] },
    { kind: 'duration', texts: ['', '30', '-1s', '1d', '30 s', '30s\n', '9999999999h', '0'] },
    { kind: 'integer', texts: ['', '1.5', '-2', '100001', '1e3', '0x10', ' 1', '9999999'] },
    {
      kind: 'serverName',
      texts: [' ', 'a b', 'a:80', '*.example.com', 'a/b', 'a\nb: c', 'fd00:::1', '::1]/', '::1]/:', 'a'.repeat(254)],
    },
    {
      kind: 'host',
      texts: [' ', 'a b', 'a:0', 'a:70000', 'http://a', 'a\r\nX: y', '::1', 'f[d00::1]', '[fd00::]1', 'a'.repeat(254)],
    },
    { kind: 'proxyType', texts: ['socks5', 'SOCKS'] },
  ])('of kind $kind cannot be $texts', ({ kind, texts }) => {
    expect(texts.filter((text) => 'value' in READERS[kind](text))).toEqual([]);
  });

  it('is rejected with what it must be', () => {
    expect(Object.values(READERS).map((read) => read('?'))).toEqual(
      [
        'exactly "true" or "false"',
        'a duration with a unit, such as 30s or 1m30s',
        'a whole number from -1 to 100000',
        'a hostname or an IP address, without a port',
        'a hostname, optionally with a port',
        'empty or socks',
      ].map((what) => ({ problem: `"?" must be ${what}` })),
    );
  });

  it('is truncated in the message', () => {
    expect(JSON.stringify(READERS.duration('x'.repeat(10_000))).length).toBeLessThan(200);
  });
});

it.each([
  { texts: ['1', '80', '65535'], is: true },
  { texts: ['', '0', '65536', '1e3', 'x80', '80x', '-1', '0x50'], is: false },
])('a port is one of $texts: $is', ({ texts, is }) => {
  expect(texts.filter((text) => isPort(text) !== is)).toEqual([]);
});

describe('a pool of certificates', () => {
  it.each([
    { text: 'ca', value: { name: 'ca' } },
    { text: 'ca/root.pem', value: { name: 'ca', key: 'root.pem' } },
    { text: `ca/${'k'.repeat(503)}`, value: { name: 'ca', key: 'k'.repeat(503) } },
  ])('is parsed from $text', ({ text, value }) => {
    expect(readCaPool(text)).toStrictEqual({ value });
  });

  it.each(['', '/', 'ca/', '/key', 'CA', 'other/ca/key', 'ca/.', 'ca/..', '../ca'])('is not %j', (text) => {
    expect(readCaPool(text)).toEqual({
      problem: `"${text}" must be the name, or name/key, of a ConfigMap or Secret in the namespace of the Service`,
    });
    expect(readCaPool('a'.repeat(507))).toHaveProperty('problem');
  });
});
