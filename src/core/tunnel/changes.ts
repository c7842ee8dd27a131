/** Describes changes to the remote tunnel and its connectors. */
import type { KubeObject } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
import { listed } from '../quote.ts';
import type { Change } from '../model/change.ts';
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
