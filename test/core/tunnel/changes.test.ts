import { expect, it } from '@jest/globals';
import {
  connectorsStopped,
  credentialsStored,
  tunnelCreated,
  tunnelDeleted,
} from '../../../src/core/tunnel/changes.ts';
import { aDeployment, aSecret } from '../../support/builders.ts';

it.each([
  {
    change: tunnelCreated({ id: '1', name: 'prod/shop/home' }, 'account'),
    reason: 'TunnelCreated',
    message: 'Tunnel "prod/shop/home" (1) was created in account account',
    entry: { id: '1', name: 'prod/shop/home', account: 'account' },
  },
  {
    change: tunnelDeleted('1', 'account'),
    reason: 'TunnelDeleted',
    message: 'Tunnel 1 was deleted in account account',
    entry: { id: '1', account: 'account' },
  },
  {
    change: credentialsStored(aSecret('shop/home', {})),
    reason: 'CredentialsStored',
    message: 'The credentials of the connectors were stored in Secret shop/home',
    entry: { object: 'Secret shop/home' },
  },
  {
    change: connectorsStopped(aDeployment('shop/home')),
    reason: 'ConnectorsStopped',
    message: 'The connectors of Deployment shop/home are being stopped',
    entry: { object: 'Deployment shop/home' },
  },
])('a change has a message, and the names that make it findable in a log: $message', ({ change, entry, ...said }) => {
  expect(change).toEqual({ ...said, entries: [entry] });
});
