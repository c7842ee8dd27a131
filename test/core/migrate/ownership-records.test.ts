import { expect, it } from '@jest/globals';
import { ownershipAmong } from '../../../src/core/migrate/ownership-records.ts';

const CONTENT = '"heritage=external-dns,external-dns/owner=default,external-dns/resource=service/shop/web"';
const OF_WEB = {
  hostname: 'web.example.com',
  contains: ['heritage=external-dns', 'external-dns/resource=service/shop/web'],
};

function text(name: string, content = CONTENT, type = 'TXT') {
  return { id: name, name, type, content };
}

it.each([
  'web.example.com',
  'cname-web.example.com',
  'prefix.cname-web.example.com',
  'extdnsweb.example.com',
  'web-suffix.example.com',
])('a TXT record named %s belongs to web.example.com', (name) => {
  expect(ownershipAmong([text(name)], [OF_WEB])).toHaveLength(1);
});

it.each([
  { case: 'of another name', record: text('cname-mail.example.com') },
  { case: 'of another domain', record: text('cname-web.example.org') },
  { case: 'of another object', record: text('cname-web.example.com', CONTENT.replace('shop/web', 'blog/web')) },
  { case: 'that is no TXT record', record: text('web.example.com', CONTENT, 'CNAME') },
])('a record $case is left alone', ({ record }) => {
  expect(ownershipAmong([record], [OF_WEB])).toEqual([]);
});

it('a record with a fixed name has exactly that', () => {
  const wanted = { hostname: 'web.example.com', name: '_managed.web.example.com', contains: ['DnsId'] };
  const records = ['_managed.web.example.com', 'x_managed.web.example.com'].map((name) => text(name, '{"DnsId":"1"}'));

  expect(ownershipAmong(records, [wanted]).map(({ name }) => name)).toEqual(['_managed.web.example.com']);
});

it('a wildcard has any name below its domain', () => {
  const wanted = { ...OF_WEB, hostname: '*.example.com' };

  expect(ownershipAmong([text('cname-any.example.com')], [wanted])).toHaveLength(1);
});
