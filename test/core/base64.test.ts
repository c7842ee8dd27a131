import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeBase64 } from '../../src/core/base64.ts';
import { base64 } from '../support/builders.ts';

describe('decodeBase64', () => {
  it('decodes any encoded text', () => {
    expect(decodeBase64(base64('B\u00fccher \u{1f4da}'))).toBe('B\u00fccher \u{1f4da}');
    fc.assert(fc.property(fc.string(), (text) => expect(decodeBase64(base64(text))).toBe(text)));
  });

  it('is empty for invalid base64, and never throws', () => {
    expect(decodeBase64('no base64!')).toBe('');
    fc.assert(fc.property(fc.string(), (text) => expect(typeof decodeBase64(text)).toBe('string')));
  });
});
