/** Describes changes to the remote tunnel and its connectors. */
import { ROTATE_TOKEN_ANNOTATION } from '../../api/names.ts';
import type { KubeObject } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import type { Change } from '../model/change.ts';
import { listed } from '../quote.ts';
import type { RemoteTunnel } from './remote.ts';

export function tunnelCreated({ id, name }: Pick<RemoteTunnel, 'id' | 'name'>, accountId: string): Change {
  return {
    reason: 'TunnelCreated',
    message: `Tunnel "${name}" (${id}) was created in account ${accountId}`,
    entries: [{ id, name, account: accountId }],
  };
}

export function tunnelDeleted(id: string, accountId: string): Change {
  return {
    reason: 'TunnelDeleted',
    message: `Tunnel ${id} was deleted in account ${accountId}`,
    entries: [{ id, account: accountId }],
  };
}

export function credentialsStored(secret: KubeObject): Change {
  const object = `Secret ${keyOf(secret)}`;
  return {
    reason: 'CredentialsStored',
    message: `The credentials of the connectors were stored in ${object}`,
    entries: [{ object }],
  };
}

export function tokenRotated(tunnelId: string, request: string | undefined): Change {
  const cause = request === undefined ? 'on schedule' : `as the annotation ${ROTATE_TOKEN_ANNOTATION} requests`;
  return {
    reason: 'TokenRotated',
    message: `The token of tunnel ${tunnelId} was rotated ${cause}. The connectors are being replaced one at a time`,
    entries: [{ id: tunnelId, cause: request === undefined ? 'schedule' : 'annotation' }],
  };
}

export function connectionsDropped(tunnelId: string, connectors: readonly string[]): Change {
  return {
    reason: 'ConnectionsDropped',
    message: `Connections to tunnel ${tunnelId} with its former token were dropped, because their connectors are not those of this Tunnel: ${listed(connectors)}`,
    entries: connectors.map((connector) => ({ id: tunnelId, connector })),
  };
}

export function rulesWritten(count: number, version: number): Change {
  const rules = `${count} ${count === 1 ? 'rule was' : 'rules were'}`;
  return {
    reason: 'RulesPublished',
    message: `${rules} written to Cloudflare as version ${version}`,
    entries: [{ rules: count, version }],
  };
}

/** `rules`: what each one matched and where it led. */
export function existingRulesRemoved(rules: readonly string[]): Change {
  return {
    reason: 'ExistingRulesRemoved',
    message: `Rules that no source asks for were removed from the tunnel: ${listed(rules)}`,
    entries: rules.map((rule) => ({ rule })),
  };
}

export function connectorsStopped(deployment: KubeObject): Change {
  const object = `Deployment ${keyOf(deployment)}`;
  return {
    reason: 'ConnectorsStopped',
    message: `The connectors of ${object} are being stopped`,
    entries: [{ object }],
  };
}
