/** The annotations of Ingresses: those of a Service that are not about hostname, port or path. */
import type { AnnotationRule } from './annotation-rule.ts';
import {
  ACCESS,
  BALANCE,
  DNS,
  LAN_ADDRESS,
  LAN_HOSTNAME,
  ORIGIN,
  PROTOCOL,
  SERVICE_ANNOTATIONS,
  SESSION,
  TUNNEL,
} from './annotations.ts';
import { ORIGIN_ANNOTATIONS } from './origin-annotations.ts';

export const INGRESS_ANNOTATIONS: readonly AnnotationRule[] = [
  TUNNEL,
  PROTOCOL,
  BALANCE,
  SESSION,
  LAN_HOSTNAME,
  LAN_ADDRESS,
  DNS,
  ACCESS,
  ...ORIGIN_ANNOTATIONS,
];

/** The annotations of an Ingress that another controller serves. Sessions are then for that controller to keep. */
export const OTHER_CLASS_ANNOTATIONS: readonly AnnotationRule[] = [
  ...INGRESS_ANNOTATIONS.filter((rule) => rule !== SESSION),
  ORIGIN,
];

/** Annotations of a Service whose meaning is part of the spec of an Ingress. */
export const SERVICE_ONLY_ANNOTATIONS: readonly AnnotationRule[] = SERVICE_ANNOTATIONS.filter(
  (rule) => !INGRESS_ANNOTATIONS.includes(rule),
);

/** The annotation that the field `ingressClassName` of an Ingress has replaced. */
export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
