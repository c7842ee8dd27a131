import type { DnsRecord } from '../state/dns-record.ts';
import { tagTest } from './tag-filter.ts';

type Test = (record: DnsRecord) => boolean;

const TEXT_TESTS: Readonly<Record<string, (text: string, wanted: string) => boolean>> = {
  exact: (text, wanted) => text === wanted,
  contains: (text, wanted) => text.includes(wanted),
  startswith: (text, wanted) => text.startsWith(wanted),
  endswith: (text, wanted) => text.endsWith(wanted),
};

const FIELDS: Readonly<Record<string, (record: DnsRecord) => string>> = {
  name: (record) => record.name,
  content: (record) => record.content,
  comment: (record) => record.comment ?? '',
};

/**
 * The filters of the record list, dotted (`name.exact=`) or flat (`name=`). A record must pass all of them, or any with
 * `match=any`.
 */
export function recordFilter(query: URLSearchParams): Test {
  const tests = [...query].flatMap(([key, value]) => testFor(key, value) ?? []);
  const tags = tagTest(query);
  if (tags !== undefined) tests.push(tags);
  if (query.get('match') === 'any' && tests.length > 0) return (record) => tests.some((test) => test(record));
  return (record) => tests.every((test) => test(record));
}

/** The order of the record list. Default: as stored, oldest first. */
export function recordOrder(query: URLSearchParams): ((left: DnsRecord, right: DnsRecord) => number) | undefined {
  const field = query.get('order') ?? 'none';
  const sign = query.get('direction') === 'desc' ? -1 : 1;
  switch (field) {
    case 'name':
    case 'type':
    case 'content':
      return (left, right) => sign * left[field].localeCompare(right[field]);
    case 'ttl':
    case 'proxied':
      return (left, right) => sign * (Number(left[field]) - Number(right[field]));
    default:
      return undefined;
  }
}

function testFor(key: string, value: string): Test | undefined {
  const [field = '', operator] = key.split('.');
  const read = FIELDS[field];
  if (read !== undefined) return fieldTest(field, read, operator ?? 'exact', value.toLowerCase());
  switch (key) {
    case 'type':
      return (record) => record.type === value.toUpperCase();
    case 'proxied':
      return (record) => record.proxied === (value === 'true');
    case 'search':
      return searchTest(value.toLowerCase());
    default:
      return undefined;
  }
}

function fieldTest(
  field: string,
  read: (record: DnsRecord) => string,
  operator: string,
  wanted: string,
): Test | undefined {
  if (field === 'comment' && operator === 'absent') return (record) => record.comment === null;
  if (field === 'comment' && operator === 'present') return (record) => record.comment !== null;
  const compare = TEXT_TESTS[operator];
  return compare && ((record) => compare(read(record).toLowerCase(), wanted));
}

function searchTest(wanted: string): Test {
  return (record) =>
    [...Object.values(FIELDS).map((read) => read(record)), ...record.tags].join('\n').toLowerCase().includes(wanted);
}
