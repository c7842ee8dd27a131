import { expect, it } from '@jest/globals';
import type { DnsChange } from '../../../src/core/dns/plan.ts';
import { describeRefused } from '../../../src/core/dns/refused-names.ts';
import { aWantedRecord } from '../../support/dns.ts';

const NAME = 'a.example.com';
const remove: DnsChange = { kind: 'delete', id: '1', name: NAME };
const create: DnsChange = { kind: 'create', name: NAME, record: aWantedRecord(NAME, 'mark') };
const WANTED = `Cloudflare refuses the record for ${NAME}: No (code 1). Remove what conflicts with it at Cloudflare, or choose another hostname`;
const UNWANTED = `Cloudflare refuses to delete the record for ${NAME}: No (code 1). Delete it by hand at Cloudflare`;

it.each([
  { case: 'a record that should be created', changes: [create], messages: [WANTED] },
  { case: 'a record that should be replaced', changes: [remove, create], messages: [WANTED] },
  { case: 'a record that should be deleted', changes: [remove], messages: [UNWANTED] },
  { case: 'no record', changes: [], messages: [] },
])('the refusal of $case is described once, with what to do', ({ changes, messages }) => {
  const refused = changes.map((change) => ({ change, message: 'No (code 1)' }));

  expect(describeRefused(refused)).toEqual(messages.map((message) => ({ name: NAME, message })));
});
