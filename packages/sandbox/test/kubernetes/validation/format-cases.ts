import type { ValueCase } from './value-cases.ts';

/** Valid and invalid texts for every format in schemas. */
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  'date-time': [
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00.123+02:00',
    '2026-01-01',
    '2026-13-01T00:00:00Z',
    '2026-01-01T00:00:00',
    '2026-01-01t00:00:00z',
    '2026-01-01T24:00:00Z',
    '2026-02-30T00:00:00Z',
  ],
  date: ['2026-01-01', '2026-02-30', '26-01-01'],
  duration: ['1h', '1h30m', '1 hour', '90', '1.5h', '-1h', '1d', 'P1D', '3 days'],
  email: ['a@example.org', 'a', 'a b@example.org'],
  hostname: ['example.org', 'exa_mple', '-a', 'a..b'],
  ipv4: ['10.0.0.1', '10.0.0.256', '010.0.0.1'],
  ipv6: ['::1', '1::2::3', '10.0.0.1'],
  cidr: ['10.0.0.0/8', '10.0.0.0', '10.0.0.0/33', 'fd00::/8'],
  mac: ['01:23:45:67:89:ab', '01:23'],
  uri: ['https://example.org/a', 'a', '/a', ':a'],
  uuid: ['f81d4fae-7dec-11d0-a765-00a0c91e6bf6', 'F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6', 'x'],
  uuid3: ['f81d4fae-7dec-31d0-a765-00a0c91e6bf6'],
  uuid4: ['f81d4fae-7dec-11d0-a765-00a0c91e6bf6', 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6'],
  uuid5: ['f81d4fae-7dec-51d0-a765-00a0c91e6bf6'],
  byte: ['YQ==', 'a', '****'],
  password: ['x'],
  isbn: ['978-0321751041', '1'],
  isbn10: ['0321751043'],
  isbn13: ['9780321751041'],
  creditcard: ['4111111111111111', '1'],
  ssn: ['123-45-6789', '1'],
  hexcolor: ['#ffffff', 'red'],
  rgbcolor: ['rgb(1,2,3)', 'red'],
  bsonobjectid: ['507f1f77bcf86cd799439011', '1'],
  'k8s-short-name': ['abc', 'A'],
  'k8s-long-name': ['a.b', 'A'],
  unknown: ['x'],
};

export const FORMAT_CASES: readonly ValueCase[] = Object.entries(FORMATS).flatMap(([format, texts]) =>
  texts.map((text) => [`format ${format}, ${text}`, { type: 'string', format }, text] as const),
);
