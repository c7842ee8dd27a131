import type { DnsRecord } from '../state/dns-record.ts';

type Test = (record: DnsRecord) => boolean;

/** The tag filters as one test, combined by `tag_match` (`tag-match` in cloudflare-go 0.x). */
export function tagTest(query: URLSearchParams): Test | undefined {
  const tests = [...query].flatMap(([key, value]) => testFor(key, value.toLowerCase()) ?? []);
  if (tests.length === 0) return undefined;
  const joinsAny = (query.get('tag_match') ?? query.get('tag-match')) === 'any';
  return (record) => (joinsAny ? tests.some((test) => test(record)) : tests.every((test) => test(record)));
}

function testFor(key: string, wanted: string): Test | undefined {
  const [name, value = ''] = wanted.split(/:(.*)/s);
  const some =
    (matches: (tagValue: string) => boolean): Test =>
    (record) => {
      const tags = record.tags.map((tag) => tag.toLowerCase().split(/:(.*)/s));
      return tags.some(([tagName, tagValue = '']) => tagName === name && matches(tagValue));
    };
  switch (key) {
    case 'tag':
      return wanted.includes(':') ? some((tagValue) => tagValue === value) : some(() => true);
    case 'tag.present':
      return some(() => true);
    case 'tag.absent':
      return (record) => !some(() => true)(record);
    case 'tag.exact':
      return some((tagValue) => tagValue === value);
    case 'tag.contains':
      return some((tagValue) => tagValue.includes(value));
    case 'tag.startswith':
      return some((tagValue) => tagValue.startsWith(value));
    case 'tag.endswith':
      return some((tagValue) => tagValue.endsWith(value));
    default:
      return undefined;
  }
}
