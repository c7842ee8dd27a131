interface Page<T> {
  readonly result: readonly T[];
  readonly result_info?: unknown;
}

/**
 * Reads every page, as `result_info` counts them. The SDK's own iteration asks for one page too many, and never ends if
 * the API repeats the last page.
 */
export async function readPages<T>(
  perPage: number,
  read: (page: number) => PromiseLike<Page<T>>,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let page = 1; ; page += 1) {
    const { result, result_info: info } = await read(page);
    all.push(...result);
    const total: unknown = Reflect.get(Object(info), 'total_count');
    const isLast = typeof total === 'number' ? all.length >= total : result.length < perPage;
    if (isLast || result.length === 0) return all;
  }
}
