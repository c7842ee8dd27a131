import { expect, it } from '@jest/globals';
import { accessMark } from '../../../src/core/access/mark.ts';

const PREFIX = 'cftunnel.io owner=test/shop/';
const LONGEST = 'x'.repeat(200 - PREFIX.length);
const hash = (text: string): string => `0123456789abcdef of ${text}`;

it.each([
  ['staff', `${PREFIX}staff`],
  [LONGEST, `${PREFIX}${LONGEST}`],
  [`${LONGEST}y`, `${PREFIX}${LONGEST.slice(0, -11)}~0123456789`],
])('the name at Cloudflare is the whole mark, or its beginning and a hash of at most 200 characters', (name, mark) => {
  expect(accessMark('test', `shop/${name}`, hash)).toBe(mark);
});
