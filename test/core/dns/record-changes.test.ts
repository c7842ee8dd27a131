import { expect, it } from '@jest/globals';
import type { DnsChange } from '../../../src/core/dns/plan.ts';
import { recordChanges } from '../../../src/core/dns/record-changes.ts';

const TARGET = 'id.cfargotunnel.com';
const nameAt = (index: number): string => `app-${String(index).padStart(2, '0')}.example.com`;
const created = (name: string): DnsChange => ({
  kind: 'create',
  name,
  record: { name, type: 'CNAME', content: TARGET, proxied: true, comment: '' },
});
const deleted = (name: string): DnsChange => ({ kind: 'delete', id: name, name });
const many = (count: number): readonly DnsChange[] =>
  Array.from({ length: count }, (_, index) => created(nameAt(index)));

/** `app-01.example.com` belongs to `shop/app-01`. */
const itsService = (name: string): string => `shop/${name.split('.')[0]}`;

it('reports a record on its own Service', () => {
  expect(recordChanges('example.com', [created('a.example.com'), created('b.example.com')], itsService)).toEqual([
    {
      service: 'shop/a',
      change: {
        reason: 'RecordCreated',
        message: 'The DNS record a.example.com was created in zone example.com',
        entries: [{ hostname: 'a.example.com', zone: 'example.com', target: TARGET, service: 'shop/a' }],
      },
    },
    expect.objectContaining({ service: 'shop/b' }),
  ]);
});

it('reports several records of a Service in one message per kind of change', () => {
  const record = { name: 'edited.example.com', type: 'CNAME', content: TARGET, proxied: true, comment: '' } as const;
  const updated: DnsChange = { kind: 'update', id: '1', name: record.name, record };
  const changes = [
    deleted('old.example.com'),
    updated,
    ...['a', 'b', 'c'].map((name) => created(`${name}.example.com`)),
  ];

  const observation = recordChanges('example.com', changes, () => 'shop/web');

  expect(observation.map(({ service, change }) => [service, change.reason, change.message])).toEqual([
    ['shop/web', 'RecordDeleted', 'The DNS record old.example.com was deleted in zone example.com'],
    ['shop/web', 'RecordUpdated', 'The DNS record edited.example.com was updated in zone example.com'],
    [
      'shop/web',
      'RecordCreated',
      '3 DNS records were created in zone example.com: a.example.com, b.example.com, c.example.com',
    ],
  ]);
});

it('reports records without a Service on the Tunnel', () => {
  const [observation, ...others] = recordChanges('example.com', [deleted('a.example.com')], () => undefined);

  expect(others).toEqual([]);
  expect(observation).toMatchObject({ service: undefined, change: { reason: 'RecordDeleted' } });
  expect(observation?.change.entries).toStrictEqual([{ hostname: 'a.example.com', zone: 'example.com' }]);
});

it('reports records of up to 20 Services on each of them, and of more on the Tunnel alone', () => {
  expect(recordChanges('example.com', many(20), itsService)).toHaveLength(20);
  expect(recordChanges('example.com', many(3_000), itsService)).toHaveLength(1);

  const [observation, ...others] = recordChanges('example.com', many(21), itsService);

  expect(others).toEqual([]);
  expect(observation).toMatchObject({
    service: undefined,
    change: {
      reason: 'RecordCreated',
      message:
        '21 DNS records were created in zone example.com: app-00.example.com, app-01.example.com, app-02.example.com and 18 more',
    },
  });
  expect(observation?.change.entries).toHaveLength(21);
  expect(observation?.change.entries[20]).toMatchObject({ hostname: nameAt(20), service: 'shop/app-20' });
});
