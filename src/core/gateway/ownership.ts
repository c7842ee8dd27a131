/** Which Gateways are ours, and which Tunnel serves them. */
import { GATEWAY_CONTROLLER, type Gateway } from '../../api/gateway-objects.ts';
import { GROUP, TUNNEL_KIND } from '../../api/names.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { quoted } from '../quote.ts';
import type { RelatedObjects } from '../sources/related.ts';

/**
 * Whether a Gateway is of our class. While its class does not exist, the class may be on its way back, so `wasOurs`
 * decides.
 */
export function isOurGateway({ spec }: Gateway, related: Pick<RelatedObjects, 'get'>, wasOurs: boolean): boolean {
  const found = related.get('GatewayClass', spec.gatewayClassName);
  return found === undefined ? wasOurs : found.spec.controllerName === GATEWAY_CONTROLLER;
}

/** The limit for the name of a Tunnel. */
const MAX_NAME = 50;

/** The Tunnel of a Gateway: one of its namespace that it names, or the one of its own name. */
export function tunnelOf({ metadata, spec }: Gateway): { readonly tunnel: ObjectKey } | { readonly problem: string } {
  const { name, namespace = '' } = metadata;
  const reference = spec.infrastructure?.parametersRef;
  if (reference === undefined)
    return name.length > MAX_NAME
      ? { problem: `A Tunnel of this name would be too long. Name one in ${PARAMETERS}` }
      : { tunnel: `${namespace}/${name}` };
  const { group = '', kind = '' } = reference;
  return group === GROUP && kind === TUNNEL_KIND
    ? { tunnel: `${namespace}/${reference.name}` }
    : { problem: `${PARAMETERS} must name a Tunnel of ${GROUP}, and ${quoted(`${group}/${kind}`)} is none` };
}

const PARAMETERS = 'spec.infrastructure.parametersRef';
