import type { Call, Endpoint, Reply } from '../http/endpoint.ts';
import { json, param } from '../http/endpoint.ts';
import { authenticationError } from '../http/api-error.ts';
import { pageOf } from '../http/paging.ts';
import { holds, reachesZone } from '../identity/authorize.ts';
import { Granting } from '../identity/permissions.ts';
import { zoneFilter, zoneOrder } from './zone-filter.ts';
import { zoneObject } from './zone-object.ts';

const ZONE_PAGE = { standard: 20, maximum: 50 };

/** Read access to zones. The API of the sandbox cannot create them; `admin` does. */
export const zoneEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/zones', access: { scope: 'credential' }, handle: listZones },
  { method: 'GET', path: '/zones/:zone', access: { scope: 'zone', anyOf: Granting.zoneRead }, handle: showZone },
];

/** A token sees only the zones it has access to, so an empty list can mean a missing permission. */
function listZones(call: Call): Reply {
  const mayList = holds(call.principal, Granting.zoneRead);
  if (!mayList && call.assumptions.zonesWithoutPermission === 'refused') throw authenticationError();
  const zones = [...call.cloud.zones.values()]
    .filter((zone) => mayList && reachesZone(call.principal, zone))
    .filter(zoneFilter(call.query, call.cloud))
    .toSorted(zoneOrder(call.query, call.cloud));
  return pageOf(zones, call.query, ZONE_PAGE, call.assumptions, (zone) => zoneObject(zone, call));
}

function showZone(call: Call): Reply {
  const zone = call.cloud.zones.get(param(call, 'zone'));
  return json(zone === undefined ? null : zoneObject(zone, call));
}
