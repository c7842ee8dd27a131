/** Decides which Ingresses are ours. */
import { CLASS_ANNOTATION } from '../../../api/ingress-annotations.ts';
import type { Ingress } from '../../../api/objects.ts';
import { hasFinalizer } from '../../finalizer.ts';
import type { RelatedObjects } from '../related.ts';

/** The controller in the spec of an IngressClass of ours. */
export const INGRESS_CONTROLLER = 'cftunnel.io/ingress';

/** The class that is ours by its name, where IngressClasses cannot be read. */
export const DEFAULT_CLASS = 'cftunnel';

/** An Ingress that is published stays so while its class does not exist: the class may be on its way back. */
export function isOfOurClass(ingress: Ingress, related: RelatedObjects): boolean {
  const name = ingress.spec.ingressClassName ?? ingress.metadata.annotations?.[CLASS_ANNOTATION];
  if (name === undefined) return false;
  if (!related.isReadable('IngressClass')) return name === DEFAULT_CLASS;
  const found = related.get('IngressClass', name);
  return found === undefined ? hasFinalizer(ingress) : found.spec.controller === INGRESS_CONTROLLER;
}
