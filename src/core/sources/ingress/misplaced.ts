/** Annotations of Services that say what the spec of an Ingress says already. */
import { HOSTNAME } from '../../../api/annotations.ts';
import { SERVICE_ONLY_ANNOTATIONS } from '../../../api/ingress-annotations.ts';
import type { Problem } from '../../model/route.ts';
import { type Annotations, invalid } from '../annotations/fields.ts';

export function misplaced(annotations: Annotations): readonly Problem[] {
  return SERVICE_ONLY_ANNOTATIONS.filter(({ key }) => Object.hasOwn(annotations, key)).map(({ key }) =>
    invalid(
      key,
      `has no meaning on an Ingress, whose spec.rules say it; remove it (${HOSTNAME.key} belongs on a Service)`,
    ),
  );
}
