/** The annotations of an Ingress: those of a Service that are not about hostname, port or path. */
import type { AnnotationRule } from './annotation-rule.ts';
import { BALANCE, DNS, PROTOCOL, SERVICE_ANNOTATIONS, SESSION, TUNNEL } from './annotations.ts';
import { ORIGIN_ANNOTATIONS } from './origin-annotations.ts';

export const INGRESS_ANNOTATIONS: readonly AnnotationRule[] = [
  TUNNEL,
  PROTOCOL,
  BALANCE,
  SESSION,
  DNS,
  ...ORIGIN_ANNOTATIONS,
];

/** Annotations of a Service whose meaning is part of the spec of an Ingress. */
export const SERVICE_ONLY_ANNOTATIONS: readonly AnnotationRule[] = SERVICE_ANNOTATIONS.filter(
  (rule) => !INGRESS_ANNOTATIONS.includes(rule),
);

/** The annotation that the field `ingressClassName` of an Ingress has replaced. */
export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
