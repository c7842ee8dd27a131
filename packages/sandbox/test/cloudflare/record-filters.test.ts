import { expect, it } from '@jest/globals';
import { aCloud } from './a-cloud.ts';

const RECORDS = [
  { name: 'a', type: 'A', content: '192.0.2.1', ttl: 300 },
  { name: 'app', type: 'CNAME', content: 'x.cfargotunnel.com', proxied: true, comment: 'cftunnel.io owner=c/n/t' },
  { name: 'web', type: 'CNAME', content: 'y.cfargotunnel.com', comment: 'Mail', tags: ['team:web', 'prod'] },
  { name: 'web', type: 'TXT', content: 'hello' },
];

it.each([
  { query: 'type=CNAME', found: ['app', 'web'] },
  { query: 'name=app.example.com', found: ['app'] },
  { query: 'name.exact=APP.example.com', found: ['app'] },
  { query: 'name.contains=p', found: ['a', 'app', 'web', 'web'] },
  { query: 'name.startswith=a', found: ['a', 'app'] },
  { query: 'name.endswith=b.example.com', found: ['web', 'web'] },
  { query: 'content=x.cfargotunnel.com', found: ['app'] },
  { query: 'content.exact=x.cfargotunnel.com', found: ['app'] },
  { query: 'content.endswith=.cfargotunnel.com', found: ['app', 'web'] },
  { query: 'comment.startswith=CFTUNNEL.io', found: ['app'] },
  { query: 'comment=mail', found: ['web'] },
  { query: 'comment.absent=true', found: ['a', 'web'] },
  { query: 'comment.present=true', found: ['app', 'web'] },
  { query: 'proxied=true', found: ['app'] },
  { query: 'tag=prod', found: ['web'] },
  { query: 'tag=team:web', found: ['web'] },
  { query: 'tag.exact=team:mail', found: [] },
  { query: 'tag.absent=prod', found: ['a', 'app', 'web'] },
  { query: 'tag.present=prod&tag.present=x&tag_match=any', found: ['web'] },
  { query: 'search=hello', found: ['web'] },
  { query: 'type=TXT&proxied=true', found: [] },
  { query: 'type=TXT&proxied=true&match=any', found: ['app', 'web'] },
  { query: 'order=name&direction=desc', found: ['web', 'web', 'app', 'a'] },
  { query: 'order=ttl&direction=desc', found: ['a', 'app', 'web', 'web'] },
  { query: 'unknown=1', found: ['a', 'app', 'web', 'web'] },
])('?$query finds $found', async ({ query, found }) => {
  const cloud = await aCloud({}, { plan: 'pro' });
  for (const record of RECORDS) cloud.admin.addRecord('example.com', record);

  const { list } = await cloud.get(`/zones/${cloud.zone}/dns_records?${query}`);

  expect(list.map((record) => String(record['name']).replace('.example.com', ''))).toEqual(found);
});
