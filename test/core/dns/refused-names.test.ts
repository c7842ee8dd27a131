import { expect, it } from '@jest/globals';
import type { DnsChange } from '../../../src/core/dns/plan.ts';
import { describeRefused } from '../../../src/core/dns/refused-names.ts';
import { aWantedRecord } from '../../support/dns.ts';

const NAME = 'a.example.com';
const remove: DnsChange = { kind: 'delete', id: '1', name: NAME };
const create: DnsChange = { kind: 'create', name: NAME, record: aWantedRecord(NAME, 'mark') };
const WANTED = `Cloudflare refuses a record of ${NAME}: No (code 1). Remove what is in its way there, or choose another hostname`;
const UNWANTED = `Cloudflare refuses to delete the record of ${NAME}: No (code 1). Delete it there by hand`;

it.each([
  { case: 'a record that is to be made', changes: [create], messages: [WANTED] },
  { case: 'a record that is to be replaced', changes: [remove, create], messages: [WANTED] },
  { case: 'a record that is to go', changes: [remove], messages: [UNWANTED] },
  { case: 'nothing', changes: [], messages: [] },
])('a refusal of $case is told once, with what to do', ({ changes, messages }) => {
  const refused = changes.map((change) => ({ change, message: 'No (code 1)' }));

  expect(describeRefused(refused)).toEqual(messages.map((message) => ({ name: NAME, message })));
});
