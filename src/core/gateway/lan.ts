/** Names of the local network that a route of a Gateway asks for. */
import type { GatewayRoute } from '../../api/gateway-routes.ts';
import { statusAddresses } from '../lan/own-addresses.ts';
import { type LanRequest, parseLanRequest } from '../lan/request.ts';
import type { Address } from '../model/address.ts';
import type { RelatedObjects } from '../sources/related.ts';
import { isOurGateway } from './ownership.ts';

/** Without addresses of its own, a route is reached at those of its Gateways of another class, else of the Tunnel. */
export function lanRequestOf(route: GatewayRoute, related: RelatedObjects): LanRequest {
  const own = (): { readonly addresses: readonly Address[] } => ({ addresses: addressesElsewhere(route, related) });
  return parseLanRequest(route.metadata.annotations ?? {}, own, { route: {} });
}

function addressesElsewhere({ metadata, spec }: GatewayRoute, related: RelatedObjects): readonly Address[] {
  const gateways = (spec.parentRefs ?? []).flatMap(({ kind = 'Gateway', namespace, name }) =>
    kind === 'Gateway' ? (related.get('Gateway', `${namespace ?? metadata.namespace}/${name}`) ?? []) : [],
  );
  const others = gateways.filter((gateway) => !isOurGateway(gateway, related, true));
  return [...new Set(others.flatMap(statusAddresses))];
}
