import type { Cloud } from '../state/cloud.ts';
import type { Zone } from '../state/model.ts';

type Test = (zone: Zone) => boolean;

const TEXT_OPERATORS: Readonly<Record<string, (text: string, wanted: string) => boolean>> = {
  equal: (text, wanted) => text === wanted,
  not_equal: (text, wanted) => text !== wanted,
  starts_with: (text, wanted) => text.startsWith(wanted),
  ends_with: (text, wanted) => text.endsWith(wanted),
  contains: (text, wanted) => text.includes(wanted),
  starts_with_case_sensitive: (text, wanted) => text.startsWith(wanted),
  ends_with_case_sensitive: (text, wanted) => text.endsWith(wanted),
  contains_case_sensitive: (text, wanted) => text.includes(wanted),
};

/** The filters of `GET /zones`. A zone must pass all of them, or any with `match=any`. */
export function zoneFilter(query: URLSearchParams, cloud: Cloud): Test {
  const keys = [...new Set(query.keys())];
  // For a list, the SDK repeats the key (`type=full&type=partial`), whereas the documentation uses commas.
  const tests = keys.flatMap((key) => testFor(key, query.getAll(key).join(','), cloud) ?? []);
  if (query.get('match') === 'any' && tests.length > 0) return (zone) => tests.some((test) => test(zone));
  return (zone) => tests.every((test) => test(zone));
}

/** The order of `GET /zones`. Default: by name. */
export function zoneOrder(query: URLSearchParams, cloud: Cloud): (left: Zone, right: Zone) => number {
  const field = query.get('order') ?? 'name';
  const sign = query.get('direction') === 'desc' ? -1 : 1;
  return (left, right) => sign * sortKey(left, field, cloud).localeCompare(sortKey(right, field, cloud));
}

function testFor(key: string, value: string, cloud: Cloud): Test | undefined {
  switch (key) {
    case 'name':
      return textTest(value, (zone) => zone.name);
    case 'account.name':
      return textTest(value, (zone) => cloud.accounts.get(zone.accountId)?.name ?? '');
    case 'account.id':
      return (zone) => zone.accountId === value;
    case 'status':
      return (zone) => value.split(',').includes(zone.status);
    case 'type':
      return (zone) => value.split(',').includes(zone.type);
    default:
      return undefined;
  }
}

/** `contains:shop` has an operator. A plain value means `equal`. */
function textTest(value: string, textOf: (zone: Zone) => string): Test {
  const separator = value.indexOf(':');
  const operator = TEXT_OPERATORS[value.slice(0, Math.max(0, separator))];
  const wanted = (operator === undefined ? value : value.slice(separator + 1)).toLowerCase();
  const compare = operator ?? ((text: string) => text === wanted);
  return (zone) => compare(textOf(zone).toLowerCase(), wanted);
}

function sortKey(zone: Zone, field: string, cloud: Cloud): string {
  switch (field) {
    case 'status':
      return zone.status;
    case 'account.id':
      return zone.accountId;
    case 'account.name':
      return cloud.accounts.get(zone.accountId)?.name ?? '';
    case 'plan.id':
      return zone.plan;
    default:
      return zone.name;
  }
}
