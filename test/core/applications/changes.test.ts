import { expect, it } from '@jest/globals';
import { applicationChanged } from '../../../src/core/applications/changes.ts';

it.each([
  ['ApplicationCreated', 'The Access application for app.example.com was created'],
  ['ApplicationUpdated', 'The Access application for app.example.com was changed'],
  ['ApplicationDeleted', 'The Access application for app.example.com was deleted'],
] as const)('the change %s to an application is told as "%s"', (reason, message) => {
  const domain = 'app.example.com';

  expect(applicationChanged(reason, { id: 'id', domain })).toStrictEqual({
    reason,
    message,
    entries: [{ domain, id: 'id' }],
  });
});
