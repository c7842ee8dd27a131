import { expect, it } from '@jest/globals';
import { readPages } from '../../../../src/adapters/cloudflare/calls/paging.ts';

/** Reads pages of two items, and returns which pages were requested. */
async function readTwoByTwo(pages: readonly (readonly number[])[], info?: object) {
  const asked: number[] = [];
  const result = await readPages<number>(2, async (page) => {
    asked.push(page);
    return { result: pages[page - 1] ?? [], ...(info === undefined ? {} : { result_info: info }) };
  });
  return { result, asked };
}

it.each([
  { case: 'an empty list', pages: [[]], total: 0 },
  { case: 'a single page', pages: [[1]], total: 1 },
  { case: 'a page that is just full', pages: [[1, 2]], total: 2 },
  { case: 'several pages', pages: [[1, 2], [3, 4], [5]], total: 5 },
  {
    case: 'pages that are all full',
    pages: [
      [1, 2],
      [3, 4],
    ],
    total: 4,
  },
])('reads $case without an extra call', async ({ pages, total }) => {
  const { result, asked } = await readTwoByTwo(pages, { total_count: total });

  expect(result).toEqual(pages.flat());
  expect(asked).toEqual(pages.map((_, index) => index + 1));
});

it('continues after a short page if the total says that there is more', async () => {
  const { result } = await readTwoByTwo([[1], [2, 3]], { total_count: 3 });

  expect(result).toEqual([1, 2, 3]);
});

it('ends at a short page if there is no total', async () => {
  const { result, asked } = await readTwoByTwo([[1, 2], [3]]);

  expect(result).toEqual([1, 2, 3]);
  expect(asked).toEqual([1, 2]);
});

it('ends at an empty page, whatever the total says', async () => {
  const { result, asked } = await readTwoByTwo([[1, 2], []], { total_count: 100 });

  expect(result).toEqual([1, 2]);
  expect(asked).toEqual([1, 2]);
});

it('ends if the API repeats the last page', async () => {
  const asked: number[] = [];

  await readPages<number>(2, async (page) => {
    asked.push(page);
    return { result: [1, 2], result_info: { total_count: 4 } };
  });

  expect(asked).toEqual([1, 2]);
});

it('passes a failure on', async () => {
  await expect(readPages(2, () => Promise.reject(new Error('down')))).rejects.toThrow('down');
});
