import { describe, expect, it } from '@jest/globals';
import { aCloud } from './a-cloud.ts';

describe('the envelope', () => {
  it('has the keys in order, a ray id and the page of a list', async () => {
    const cloud = await aCloud();

    const { status, body, headers } = await cloud.get('/zones');

    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['result', 'success', 'errors', 'messages', 'result_info']);
    expect(body['result_info']).toEqual({ page: 1, per_page: 20, count: 1, total_count: 1, total_pages: 1 });
    expect(headers.get('cf-ray')).toMatch(/^[0-9a-f]{16}-FRA$/);
  });

  it('has a null result and the error after a rejection', async () => {
    const cloud = await aCloud();

    const { body } = await cloud.get('/zones/nonsense');

    expect(Object.keys(body)).toEqual(['result', 'success', 'errors', 'messages']);
    expect(body).toMatchObject({ result: null, success: false, messages: [] });
  });

  it('is also served below the root', async () => {
    const cloud = await aCloud();

    const response = await fetch(cloud.url.replace('/client/v4', '/zones'), {
      headers: { authorization: `Bearer ${cloud.token}` },
    });

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ success: true });
  });

  it('answers malformed JSON with 400', async () => {
    const cloud = await aCloud();
    const headers = { authorization: `Bearer ${cloud.token}` };

    const response = await fetch(`${cloud.url}/zones/${cloud.zone}/dns_records`, {
      method: 'POST',
      headers,
      body: '{',
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ code: 6007 }] });
  });
});

describe('paging', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];

  it('returns every record exactly once, and an empty page past the end', async () => {
    const cloud = await aCloud();
    for (const name of names) cloud.admin.addRecord('example.com', { name, type: 'A', content: '192.0.2.1' });
    const path = `/zones/${cloud.zone}/dns_records?per_page=2`;

    const pages = await Promise.all([1, 2, 3, 4].map((page) => cloud.get(`${path}&page=${page}`)));

    expect(pages.map(({ list }) => list.map((record) => record['name']))).toEqual([
      ['a.example.com', 'b.example.com'],
      ['c.example.com', 'd.example.com'],
      ['e.example.com'],
      [],
    ]);
    expect(pages[3]?.page).toEqual({ page: 4, per_page: 2, count: 0, total_count: 5, total_pages: 3 });
  });

  it('can repeat the last page, as the real API has done', async () => {
    const cloud = await aCloud({ assumptions: { pagePastTheEnd: 'last' } });

    const { list } = await cloud.get('/zones?page=7');

    expect(list).toHaveLength(1);
  });

  it.each([
    { case: 'lowers', pageSizeOverMaximum: 'lowered', status: 200, size: 50 },
    { case: 'refuses', pageSizeOverMaximum: 'refused', status: 400, size: undefined },
  ] as const)('$case a page size above the maximum', async ({ pageSizeOverMaximum, status, size }) => {
    const cloud = await aCloud({ assumptions: { pageSizeOverMaximum } });

    const answer = await cloud.get('/zones?per_page=51');

    expect(answer.status).toBe(status);
    expect(answer.page?.['per_page']).toBe(size);
  });
});
