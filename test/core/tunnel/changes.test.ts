import { expect, it } from '@jest/globals';
import {
  connectionsDropped,
  connectorsStopped,
  credentialsStored,
  existingRulesRemoved,
  rulesWritten,
  tokenRotated,
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
    change: tokenRotated('1', undefined),
    reason: 'TokenRotated',
    message: 'The token of tunnel 1 was rotated on schedule. The connectors are being replaced one at a time',
    entry: { id: '1', cause: 'schedule' },
  },
  {
    change: tokenRotated('1', 'now'),
    reason: 'TokenRotated',
    message:
      'The token of tunnel 1 was rotated as the annotation cftunnel.io/rotate-token requests. The connectors are being replaced one at a time',
    entry: { id: '1', cause: 'annotation' },
  },
  {
    change: connectionsDropped('1', ['thief']),
    reason: 'ConnectionsDropped',
    message:
      'Connections to tunnel 1 with its former token were dropped, because their connectors are not those of this Tunnel: thief',
    entry: { id: '1', connector: 'thief' },
  },
  {
    change: rulesWritten(1, 7),
    reason: 'RulesPublished',
    message: '1 rule was written to Cloudflare as version 7',
    entry: { rules: 1, version: 7 },
  },
  {
    change: rulesWritten(2, 8),
    reason: 'RulesPublished',
    message: '2 rules were written to Cloudflare as version 8',
    entry: { rules: 2, version: 8 },
  },
  {
    change: existingRulesRemoved(['nas.example.com -> http://10.0.0.5']),
    reason: 'ExistingRulesRemoved',
    message: 'Rules that no source asks for were removed from the tunnel: nas.example.com -> http://10.0.0.5',
    entry: { rule: 'nas.example.com -> http://10.0.0.5' },
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
