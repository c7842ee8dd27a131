import type { Assumptions } from '../assumptions.ts';
import { refusal } from './api-error.ts';
import type { Reply } from './endpoint.ts';

/** The page sizes of an endpoint. */
export interface PageLimits {
  readonly standard: number;
  readonly maximum: number;
}

/** Returns the requested page of `all` in the format of the API. */
export function pageOf<T>(
  all: readonly T[],
  query: URLSearchParams,
  limits: PageLimits,
  assumptions: Assumptions,
  show: (item: T) => unknown,
): Reply {
  const size = pageSize(query, limits, assumptions);
  const pages = Math.ceil(all.length / size);
  const page = Math.max(1, wholeNumber(query, 'page') ?? 1);
  const shown = page > pages && assumptions.pagePastTheEnd === 'last' ? Math.max(1, pages) : page;
  const items = all.slice((shown - 1) * size, shown * size);
  return {
    kind: 'json',
    result: items.map(show),
    page: { page, per_page: size, count: items.length, total_count: all.length, total_pages: pages },
  };
}

function pageSize(query: URLSearchParams, { standard, maximum }: PageLimits, assumptions: Assumptions): number {
  const wanted = wholeNumber(query, 'per_page') ?? standard;
  const isOutside = wanted < 1 || wanted > maximum;
  if (isOutside && assumptions.pageSizeOverMaximum === 'refused') {
    throw refusal(400, 1006, `Invalid per_page: must be between 1 and ${maximum}`); // Assumption: the code
  }
  return Math.min(Math.max(wanted, 1), maximum);
}

function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^-?\d+$/.test(text)) throw refusal(400, 1006, `Invalid ${name}: must be a number`); // Assumption: the code
  return Number(text);
}
