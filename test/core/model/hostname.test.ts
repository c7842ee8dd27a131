import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { covers, isWildcard, normalName, parseHostname } from '../../../src/core/model/hostname.ts';
import { anyHostname } from '../../support/arbitraries.ts';

const LONGEST_LABEL = 'a'.repeat(63);
const NAME_OF_251 = `${`${LONGEST_LABEL}.`.repeat(3)}${'a'.repeat(59)}`;

describe('normalName', () => {
  it.each([
    { case: 'upper case', text: 'Example.COM' },
    { case: 'the trailing dot', text: 'example.com.' },
    { case: 'both', text: 'EXAMPLE.com.' },
  ])('removes $case', ({ text }) => {
    expect(normalName(text)).toBe('example.com');
  });

  it.each(['b\u00fccher.example', 'B\u00dcCHER.example.', 'xn--bcher-kva.example', 'b\u00fccher\u3002example'])(
    'makes one name of every spelling of an IDN: %s',
    (text) => {
      expect(normalName(text)).toBe('xn--bcher-kva.example');
      expect(normalName(`*.${text}`)).toBe('*.xn--bcher-kva.example');
    },
  );

  it('is idempotent', () => {
    fc.assert(fc.property(anyHostname(), (text) => expect(normalName(normalName(text))).toBe(normalName(text))));
    expect(normalName('10.1')).toBe('10.1');
  });
});

describe('parseHostname', () => {
  it.each([
    { case: 'keeps a plain name', text: 'app.example.com', hostname: 'app.example.com' },
    { case: 'lower-cases', text: 'App.EXAMPLE.com', hostname: 'app.example.com' },
    { case: 'removes the trailing dot', text: 'app.example.com.', hostname: 'app.example.com' },
    { case: 'keeps a wildcard', text: '*.Example.com', hostname: '*.example.com' },
    { case: 'keeps digits in the last label', text: 'app.1a.a1', hostname: 'app.1a.a1' },
    { case: 'keeps a last label that begins with a digit', text: 'a.1a', hostname: 'a.1a' },
    { case: 'keeps underscores', text: '_acme.example.com', hostname: '_acme.example.com' },
    { case: 'converts IDN to punycode', text: 'b\u00fccher.example', hostname: 'xn--bcher-kva.example' },
    {
      case: 'converts a wildcard with IDN to punycode',
      text: '*.B\u00dcCHER.example',
      hostname: '*.xn--bcher-kva.example',
    },
    { case: 'keeps punycode', text: 'XN--Bcher-kva.example', hostname: 'xn--bcher-kva.example' },
    { case: 'accepts a label of 63 characters', text: `${LONGEST_LABEL}.com`, hostname: `${LONGEST_LABEL}.com` },
    { case: 'accepts a wildcard of 253 characters', text: `*.${NAME_OF_251}`, hostname: `*.${NAME_OF_251}` },
  ])('$case', ({ text, hostname }) => {
    expect(parseHostname(text)).toEqual({ hostname });
  });

  it.each([
    { case: 'an empty text', text: '', says: 'is empty' },
    { case: 'a bare wildcard', text: '*.', says: 'is empty' },
    { case: 'a single label', text: 'localhost', says: 'at least two labels' },
    { case: 'a wildcard over a single label', text: '*.com', says: 'at least two labels' },
    { case: 'a URL', text: 'https://app.example.com', says: 'without scheme, port, path' },
    { case: 'a port', text: 'app.example.com:443', says: 'without scheme, port, path' },
    { case: 'a path', text: 'app.example.com/api', says: 'without scheme, port, path' },
    { case: 'two wildcards', text: '*.*.example.com', says: 'wildcard only as its entire first label' },
    { case: 'a wildcard in the middle', text: 'app.*.example.com', says: 'wildcard only as its entire first label' },
    {
      case: 'a wildcard that is part of a label',
      text: 'app-*.example.com',
      says: 'wildcard only as its entire first label',
    },
    { case: 'a space', text: 'my app.example.com', says: 'path or spaces' },
    { case: 'an empty label', text: 'app..example.com', says: 'invalid label ""' },
    { case: 'a leading hyphen', text: '-app.example.com', says: 'invalid label "-app"' },
    { case: 'a trailing hyphen', text: 'app-.example.com', says: 'invalid label "app-"' },
    { case: 'a label of 64 characters', text: `${LONGEST_LABEL}a.com`, says: 'invalid label' },
    {
      case: 'punycode that decodes to nothing',
      text: 'xn--a.example.com',
      says: '"xn--a", which is not valid punycode',
    },
    { case: 'punycode that is empty', text: '*.xn--0.example.com', says: 'not valid punycode' },
    { case: 'an address', text: '192.0.2.1', says: 'is an IP address, not a hostname' },
    { case: 'a last label of digits', text: 'app.example.1', says: 'is an IP address, not a hostname' },
    { case: 'a name of 252 characters', text: `${NAME_OF_251}a`, says: 'longer than DNS allows' },
  ])('refuses $case', ({ text, says }) => {
    expect(parseHostname(text)).toEqual({ problem: expect.stringContaining(says) });
  });

  it.each([
    { case: 'a path', text: 'b\u00fccher.example/api' },
    { case: 'a port', text: 'b\u00fccher.example:8080' },
    { case: 'a user', text: 'me@b\u00fccher.example' },
    { case: 'a query', text: 'b\u00fccher.example?q' },
    { case: 'a line break between two names', text: 'a.example.com\nb.example.com' },
  ])('refuses $case, ASCII or not, instead of ignoring it', ({ text }) => {
    expect(parseHostname(text)).toHaveProperty('problem');
  });

  it('quotes the input in its problem', () => {
    expect(parseHostname('Local Host')).toEqual({ problem: expect.stringContaining('"Local Host"') });
  });

  it('handles any text, and parses its own result as the same hostname', () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.domain(), anyHostname());

    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parseHostname(text);
        expect('hostname' in parsed ? parseHostname(parsed.hostname) : parsed).toEqual(parsed);
        expect(parsed).not.toEqual({ problem: '' });
      }),
      { numRuns: 300 },
    );
  });
});

describe('isWildcard', () => {
  it('distinguishes a wildcard from a name', () => {
    expect(isWildcard('*.example.com')).toBe(true);
    expect(isWildcard('app.example.com')).toBe(false);
  });
});

describe('covers', () => {
  it.each([
    { pattern: 'app.example.com', hostname: 'app.example.com', covered: true },
    { pattern: 'app.example.com', hostname: 'api.example.com', covered: false },
    { pattern: '*.example.com', hostname: 'app.example.com', covered: true },
    { pattern: '*.example.com', hostname: 'a.b.example.com', covered: true },
    { pattern: '*.example.com', hostname: 'example.com', covered: false },
    { pattern: '*.example.com', hostname: 'app.badexample.com', covered: false },
    { pattern: '*.example.com', hostname: '*.example.com', covered: true },
    { pattern: '*.example.com', hostname: '*.eu.example.com', covered: true },
    { pattern: '*.eu.example.com', hostname: '*.example.com', covered: false },
    { pattern: 'app.example.com', hostname: '*.example.com', covered: false },
  ])('$pattern covers $hostname: $covered', ({ pattern, hostname, covered }) => {
    expect(covers(pattern, hostname)).toBe(covered);
  });

  it('is true for the hostname itself, and for everything that a covered wildcard covers', () => {
    fc.assert(
      fc.property(anyHostname(), anyHostname(), anyHostname(), (wide, middle, narrow) => {
        expect(covers(wide, wide)).toBe(true);
        expect(covers(wide, middle) && covers(middle, narrow) && !covers(wide, narrow)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
