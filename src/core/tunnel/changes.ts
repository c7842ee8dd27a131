/** Describes changes to the remote tunnel and its connectors. */
import type { KubeObject } from '../../api/objects.ts';
import { keyOf } from '../keys.ts';
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

export function connectorsStopped(deployment: KubeObject): Change {
  const object = `Deployment ${keyOf(deployment)}`;
  return {
    reason: 'ConnectorsStopped',
    message: `The connectors of ${object} are being stopped`,
    entries: [{ object }],
  };
}
