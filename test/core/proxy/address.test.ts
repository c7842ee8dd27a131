import { expect, it } from '@jest/globals';
import { isAddress } from '../../../src/core/proxy/address.ts';

it.each([
  ['10.0.0.1', true],
  ['fd00::1', true],
  ['::1', true],
  ['web.example.com', false],
  ['1.web', false],
  ['web.1', false],
])('%s is an address: %s', (text, expected) => {
  expect(isAddress(text)).toBe(expected);
});
