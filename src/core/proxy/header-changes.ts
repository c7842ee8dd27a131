/** Changes to headers, as Envoy takes them. */
import type { Filter, Header, HeaderChange } from '../model/proxy-rule.ts';
import type { JsonObject } from './envoy-json.ts';

type Message = 'request' | 'response';

/** The header changes of filters to requests and answers. Envoy removes before it adds. */
export function headerChanges(filters: readonly Filter[]): JsonObject {
  return {
    ...changesTo('request', filters),
    ...changesTo('response', filters),
  };
}

const TYPES: Readonly<Record<Message, Filter['type']>> = { request: 'RequestHeaders', response: 'ResponseHeaders' };

function changesTo(message: Message, filters: readonly Filter[]): JsonObject {
  const changes = filters.filter((filter): filter is Filter & HeaderChange => filter.type === TYPES[message]);
  const add = changes.flatMap(({ set = [], add: added = [] }, index) => {
    const stays = staysAfter(changes.slice(index + 1));
    return [
      ...set.filter(stays).map((header) => headerToAdd(header, 'OVERWRITE_IF_EXISTS_OR_ADD')),
      ...added.filter(stays).map((header) => headerToAdd(header, 'APPEND_IF_EXISTS_OR_ADD')),
    ];
  });
  const remove = changes.flatMap(({ remove: removed = [] }) => removed.filter((name) => isFree({ name })));
  return {
    [`${message}_headers_to_add`]: add.length === 0 ? undefined : add,
    [`${message}_headers_to_remove`]: remove.length === 0 ? undefined : remove,
  };
}

/** What a later filter removes is not added before, since Envoy would remove it first. */
function staysAfter(later: readonly HeaderChange[]): (header: Header) => boolean {
  const removed = new Set(later.flatMap(({ remove = [] }) => remove.map((name) => name.toLowerCase())));
  return (header) => isFree(header) && !removed.has(header.name.toLowerCase());
}

export function headerToAdd({ name, value }: Header, action: string): JsonObject {
  const keepEmpty = value === '' ? true : undefined;
  return { header: { key: name, value: literal(value) }, append_action: action, keep_empty_value: keepEmpty };
}

/** Envoy would replace a name between percent signs by what it stands for. */
function literal(value: string): string {
  return value.replaceAll('%', '%%');
}

/** Envoy refuses all routes if one of them changes this header as it changes others. */
function isFree({ name }: Pick<Header, 'name'>): boolean {
  return name.toLowerCase() !== 'host';
}

/** The Host header that a filter sets: with a rewrite, or as any other header. */
export function hostSetBy(filters: readonly Filter[]): string | undefined {
  const names = filters.flatMap((filter) => {
    if (filter.type === 'Rewrite') return filter.hostname ?? [];
    if (filter.type !== 'RequestHeaders') return [];
    return (filter.set ?? []).filter((header) => !isFree(header)).map(({ value }) => value);
  });
  return names.at(-1);
}
