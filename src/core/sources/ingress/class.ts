/** Decides which Ingresses are ours, and which ones of other controllers are to be public through a Tunnel. */
import { TUNNEL } from '../../../api/annotations.ts';
import { CLASS_ANNOTATION } from '../../../api/ingress-annotations.ts';
import type { Ingress } from '../../../api/objects.ts';
import { hasFinalizer } from '../../finalizer.ts';
import { requestsLanNames } from '../../lan/request.ts';
import { addressesOf } from '../addresses.ts';
import { findUnknownElsewhere } from '../elsewhere/request.ts';
import type { RelatedObjects } from '../related.ts';

/** The controller in the spec of an IngressClass of ours. */
export const INGRESS_CONTROLLER = 'cftunnel.io/ingress';

/** The class that is ours by its name, where IngressClasses cannot be read. */
export const DEFAULT_CLASS = 'cftunnel';

/** An Ingress that is published stays so while its class cannot be found: the class may be on its way back. */
export function isOfOurClass(ingress: Ingress, related: RelatedObjects): boolean {
  const name = classOf(ingress);
  if (name === undefined) return false;
  const found = related.get('IngressClass', name);
  if (found !== undefined) return found.spec.controller === INGRESS_CONTROLLER;
  const isOursByName = name === DEFAULT_CLASS && !related.isReadable('IngressClass');
  return isOursByName || isPublishedAsOurs(ingress);
}

/**
 * Whether an Ingress that another controller serves is to be public through a Tunnel. A misspelt annotation counts as a
 * request, so that its author gets an answer.
 */
export function isToBePublic(ingress: Ingress, related: RelatedObjects): boolean {
  const { annotations } = ingress.metadata;
  if (annotations === undefined || classOf(ingress) === DEFAULT_CLASS) return false;
  const isRequested =
    Object.hasOwn(annotations, TUNNEL.key) ||
    requestsLanNames(annotations) ||
    findUnknownElsewhere(annotations).length > 0;
  return isRequested && !isOfOurClass(ingress, related);
}

/** The name of the tunnel that we have written into the status. */
export function tunnelNamedBy(ingress: Ingress): string | undefined {
  return addressesOf(ingress).find((address) => address.endsWith(TUNNEL_DOMAIN));
}

const TUNNEL_DOMAIN = '.cfargotunnel.com';

/** Our finalizer alone does not tell: an Ingress of another controller has it too. */
function isPublishedAsOurs(ingress: Ingress): boolean {
  return hasFinalizer(ingress) && tunnelNamedBy(ingress) !== undefined;
}

function classOf({ spec, metadata }: Ingress): string | undefined {
  return spec.ingressClassName ?? metadata.annotations?.[CLASS_ANNOTATION];
}
