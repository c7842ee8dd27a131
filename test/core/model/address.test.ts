import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isIPv4, isPrivate, normalAddress, parseAddress, recordTypeOf } from '../../../src/core/model/address.ts';

describe('an address', () => {
  it.each([
    { text: '192.168.1.10', value: '192.168.1.10', type: 'A' },
    { text: '10.0.0.0', value: '10.0.0.0', type: 'A' },
    { text: '203.0.113.255', value: '203.0.113.255', type: 'A' },
    { text: 'fd00::10', value: 'fd00::10', type: 'AAAA' },
    { text: 'FD00:0:0:0:0:0:0:10', value: 'fd00::10', type: 'AAAA' },
    { text: '2001:db8:0:0:1:0:0:1', value: '2001:db8::1:0:0:1', type: 'AAAA' },
  ])('$text is written as $value in a record of type $type', ({ text, value, type }) => {
    expect(parseAddress(text)).toEqual({ value });
    expect(recordTypeOf(value)).toBe(type);
    expect(normalAddress(text)).toBe(value);
  });

  it.each([
    '',
    'nas',
    '192.168.1',
    '192.168.1.256',
    '192.168.01.1',
    '192.168.1.10.',
    '1.2.3.4.5',
    'fd00::1::2',
    ':',
    '::g',
    'fe80::1%eth0',
    '[fd00::1]',
    'fd00::1]/x#',
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toEqual({ problem: `${JSON.stringify(text)} is not an IPv4 or IPv6 address` });
  });

  it.each([
    { text: '127.0.0.1', kind: 'a loopback address' },
    { text: '0:0:0:0:0:0:0:1', kind: 'a loopback address' },
    { text: '169.254.10.1', kind: 'a link-local address' },
    { text: 'fe80::1', kind: 'a link-local address' },
    { text: 'febf::1', kind: 'a link-local address' },
    { text: '0.0.0.0', kind: 'not the address of a machine' },
    { text: '::', kind: 'not the address of a machine' },
    { text: '224.0.0.1', kind: 'not the address of a machine' },
    { text: '255.255.255.255', kind: 'not the address of a machine' },
    { text: 'ff02::1', kind: 'not the address of a machine' },
    { text: '::ffff:192.168.1.10', kind: 'an IPv4 address written as IPv6' },
  ])('$text is refused, because it is $kind', ({ text, kind }) => {
    expect(parseAddress(text)).toEqual({
      problem: `${JSON.stringify(text)} is ${kind}, which no other machine can reach`,
    });
  });

  it('has one spelling, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const parsed = parseAddress(text);
        if ('problem' in parsed) return;
        expect(parseAddress(parsed.value)).toEqual(parsed);
        expect(normalAddress(text)).toBe(parsed.value);
        expect(isIPv4(parsed.value)).toBe(!parsed.value.includes(':'));
      }),
    );
  });

  it('leaves any other content of a record as it is', () => {
    for (const text of ['app.example.net', 'v=spf1 include:x', '::g', '']) expect(normalAddress(text)).toBe(text);
  });
});

describe('an address is private', () => {
  it.each([
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '100.127.255.255',
    'fc00::1',
    'fdff::1',
  ])('if it is %s', (address) => {
    expect(isPrivate(address)).toBe(true);
  });

  it.each([
    '9.1.2.3',
    '11.0.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '203.0.113.1',
    '2001:db8::1',
    'fbff::1',
  ])('but not if it is %s', (address) => {
    expect(isPrivate(address)).toBe(false);
  });
});
