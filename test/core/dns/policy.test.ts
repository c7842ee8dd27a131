import { expect, it } from '@jest/globals';
import { isManaged } from '../../../src/core/dns/policy.ts';

it.each([
  { dns: undefined, mode: 'Sync', managed: true },
  { dns: undefined, mode: 'UpsertOnly', managed: true },
  { dns: undefined, mode: 'Disabled', managed: false },
  { dns: 'managed', mode: 'Disabled', managed: true },
  { dns: 'disabled', mode: 'Sync', managed: false },
] as const)('a Service that says $dns on a Tunnel in mode $mode: $managed', ({ dns, mode, managed }) => {
  expect(isManaged(dns === undefined ? {} : { dns }, mode)).toBe(managed);
});
