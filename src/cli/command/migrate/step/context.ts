import { API_VERSION, TUNNEL_KIND } from '../../../../api/names.ts';
import type { ObjectKey, Service, Tunnel } from '../../../../api/objects.ts';
import type { AnyObjects, ObjectReference } from '../../../../adapters/kubernetes/any-objects.ts';
import type { OwnershipRecord } from '../../../../core/migrate/takeover.ts';
import type { Limit } from './wait.ts';

export interface StepContext extends Limit {
  readonly objects: AnyObjects;
  /** Removes the TXT records, with the credentials of a Tunnel, and returns how many there were. */
  readonly removeRecords: (tunnel: ObjectKey, records: readonly OwnershipRecord[]) => Promise<number>;
}

export function tunnelAt(key: ObjectKey): ObjectReference {
  return { apiVersion: API_VERSION, kind: TUNNEL_KIND, key };
}

export function findTunnel({ objects }: StepContext, key: ObjectKey): Promise<Tunnel | undefined> {
  return objects.find<Tunnel>(tunnelAt(key));
}

export async function servicesOf({ objects }: StepContext, keys: readonly ObjectKey[]): Promise<readonly Service[]> {
  const found = await Promise.all(keys.map((key) => objects.find<Service>({ apiVersion: 'v1', kind: 'Service', key })));
  return found.filter((service) => service !== undefined);
}
