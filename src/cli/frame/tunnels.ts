import { GROUP } from '../../api/names.ts';
import { notServed } from '../../adapters/kubernetes/cluster-reader.ts';
import type { ObjectKey, Tunnel } from '../../api/objects.ts';
import type { Connection } from './connect.ts';
import { CommandError } from './exit-code.ts';

/** A Tunnel that the user has named. */
export async function findTunnel({ cluster }: Connection, key: ObjectKey): Promise<Tunnel> {
  const tunnel = await cluster.find<Tunnel>('tunnels', key);
  if (tunnel !== undefined) return tunnel;
  const isInstalled = (await cluster.servedVersions(GROUP)).length > 0;
  throw new CommandError(
    isInstalled ? `Tunnel ${key} does not exist. See: kubectl get tunnels -A` : notServed('tunnels'),
  );
}
