/** Which Gateways are ours, and which Tunnel serves them. */
import { GATEWAY_CONTROLLER, type Gateway } from '../../api/gateway-objects.ts';
import { GROUP, TUNNEL_KIND } from '../../api/names.ts';
import type { ObjectKey } from '../../api/objects.ts';
import { hasFinalizer } from '../finalizer.ts';
import { quoted } from '../quote.ts';
import type { RelatedObjects } from '../sources/related.ts';
import { ownTunnelOf } from './tunnel-name.ts';

/**
 * Whether a Gateway is of our class. While its class does not exist, the class may be on its way back, so `wasOurs`
 * decides.
 */
export function isOurGateway({ spec }: Gateway, related: Pick<RelatedObjects, 'get'>, wasOurs: boolean): boolean {
  const found = related.get('GatewayClass', spec.gatewayClassName);
  return found === undefined ? wasOurs : found.spec.controllerName === GATEWAY_CONTROLLER;
}

/**
 * Whether another controller serves a Gateway. Only such a Gateway ever has our finalizer, which decides while its class
 * does not exist.
 */
export function isServedElsewhere(gateway: Gateway, related: Pick<RelatedObjects, 'get'>): boolean {
  const found = related.get('GatewayClass', gateway.spec.gatewayClassName);
  return found === undefined ? hasFinalizer(gateway) : found.spec.controllerName !== GATEWAY_CONTROLLER;
}

/** The Tunnel of a Gateway: one of its namespace that it names, or its own. */
export function tunnelOf(gateway: Gateway): { readonly tunnel: ObjectKey } | { readonly problem: string } {
  const { namespace = '' } = gateway.metadata;
  const reference = gateway.spec.infrastructure?.parametersRef;
  if (reference === undefined) return { tunnel: ownTunnelOf(gateway) };
  const { group = '', kind = '' } = reference;
  return group === GROUP && kind === TUNNEL_KIND
    ? { tunnel: `${namespace}/${reference.name}` }
    : { problem: `${PARAMETERS} must name a Tunnel of ${GROUP}, and ${quoted(`${group}/${kind}`)} is none` };
}

const PARAMETERS = 'spec.infrastructure.parametersRef';
