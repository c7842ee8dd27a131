import { describe, expect, it } from '@jest/globals';
import type { SettingKind } from '../../../src/api/origin-annotations.ts';
import { READERS, readCaPool } from '../../../src/core/model/origin-values.ts';

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
    { kind: 'host', text: '', value: '' },
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
    { kind: 'serverName', texts: [' ', 'a b', 'a:80', '*.example.com', 'a/b', 'a\nb: c', 'fd00:::1', 'a'.repeat(254)] },
    { kind: 'host', texts: [' ', 'a b', 'a:0', 'a:70000', 'http://a', 'a\r\nX: y', '::1'] },
    { kind: 'proxyType', texts: ['socks5', 'SOCKS'] },
  ])('of kind $kind cannot be $texts', ({ kind, texts }) => {
    expect(texts.filter((text) => 'value' in READERS[kind](text))).toEqual([]);
  });

  it('is truncated in the message', () => {
    expect(JSON.stringify(READERS.duration('x'.repeat(10_000))).length).toBeLessThan(200);
  });
});

describe('a pool of certificates', () => {
  it.each([
    { text: 'ca', value: { name: 'ca' } },
    { text: 'ca/root.pem', value: { name: 'ca', key: 'root.pem' } },
  ])('is parsed from $text', ({ text, value }) => {
    expect(readCaPool(text)).toEqual({ value });
  });

  it.each(['', '/', 'ca/', '/key', 'CA', 'other/ca/key', 'ca/..', '../ca', 'a'.repeat(600)])('is not %j', (text) => {
    expect(readCaPool(text)).toHaveProperty('problem');
  });
});
