import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import type { Connection } from './connect.ts';
import { CommandError } from './exit-code.ts';

/** A Tunnel that the user has named. */
export async function findTunnel({ cluster }: Connection, key: ObjectKey): Promise<Tunnel> {
  const tunnel = await cluster.find<Tunnel>('tunnels', key);
  if (tunnel === undefined) throw new CommandError(`Tunnel ${key} does not exist. See: kubectl get tunnels -A`);
  return tunnel;
}
