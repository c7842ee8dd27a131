import type { Ingress } from '../../../api/objects.ts';
import { sameJson } from '../../equal.ts';
import { namespaceOf } from '../../model/source.ts';
import { leadOnlyInto } from '../backend/own-backends.ts';
import type { RouteSource, Standing } from '../source.ts';
import { isOfOurClass } from './class.ts';
import { parseIngress } from './parse.ts';

/** Ingresses of our class. Of their status, only the name that the tunnel is reached by is ours. */
export const INGRESSES: RouteSource<Ingress> = {
  kind: 'Ingress',
  requestsExposure: (ingress, related) =>
    ingress.metadata.deletionTimestamp === undefined && isOfOurClass(ingress, related),
  parse: parseIngress,
  isOwnOrigin: ({ source, origin, proxy }) => leadOnlyInto(namespaceOf(source), origin, proxy),
  standingOf,
  isReported: (ingress, { target }) =>
    target === undefined ? ourAddress(ingress) === undefined : sameJson(addressesOf(ingress), [{ hostname: target }]),
  statusWith: (_, { target }) => (target === undefined ? {} : { loadBalancer: { ingress: [{ hostname: target }] } }),
};

function standingOf(ingress: Ingress): Standing {
  const target = ourAddress(ingress);
  if (target !== undefined) return { status: 'True', reason: 'Exposed', message: `Published at ${target}` };
  const { namespace, name } = ingress.metadata;
  const message = `Its status names no tunnel. Its events say why: kubectl -n ${namespace} describe ingress ${name}`;
  return { status: 'Unknown', reason: 'Unanswered', message };
}

function addressesOf({ status }: Ingress) {
  return status?.loadBalancer?.ingress ?? [];
}

const TUNNEL_DOMAIN = '.cfargotunnel.com';

function ourAddress(ingress: Ingress): string | undefined {
  return addressesOf(ingress).find(({ hostname }) => hostname?.endsWith(TUNNEL_DOMAIN))?.hostname;
}
