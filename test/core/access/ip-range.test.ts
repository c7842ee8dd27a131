import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ipRange } from '../../../src/core/access/ip-range.ts';

describe('a range of addresses', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7/32'],
    ['203.0.113.7/32', '203.0.113.7/32'],
    ['203.0.113.7/24', '203.0.113.0/24'],
    ['203.0.113.255/31', '203.0.113.254/31'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8::1', '2001:db8::1/128'],
    ['2001:0db8:0:0:0:0:0:1/128', '2001:db8::1/128'],
    ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
    ['::/0', '::/0'],
    ['::ffff:192.0.2.1', '::ffff:c000:201/128'],
  ])('%s is spelt %s', (text, spelt) => {
    expect(ipRange(text)).toBe(spelt);
  });

  it.each([
    '',
    'office',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.07',
    '203.0.113.7/33',
    '203.0.113.7/',
    '203.0.113.7/a',
    '203.0.113.7/24/8',
    '203.0.113.7.',
    '203.0.113.7.9',
    '203.0.113.7/1e1',
    '203.0.113.7/0x1',
    '2001:db8::1/129',
    '2001:db8',
    '1:2:3:4:5:6:7:8:9',
    '[::1]',
    '::1%eth0',
    '::1]?x',
    '@[::1',
  ])('is not what is written as "%s"', (text) => {
    expect(ipRange(text)).toBeUndefined();
  });

  it('has one spelling, which is its own', () => {
    const range = fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat({ max: 32 }));
    fc.assert(
      fc.property(range, ([address, length]) => {
        const spelt = ipRange(`${address}/${length}`);

        expect(spelt).toBeDefined();
        expect(ipRange(spelt ?? '')).toBe(spelt);
      }),
    );
  });
});
