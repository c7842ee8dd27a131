import { authenticationError } from '../http/api-error.ts';
import { type Call, param } from '../http/endpoint.ts';
import type { Zone } from '../state/model.ts';

/** The zone in the path. Authorization has already checked that it exists. */
export function zoneInPath(call: Call): Zone {
  const zone = call.cloud.zones.get(param(call, 'zone'));
  if (zone === undefined) throw authenticationError();
  return zone;
}
