import { ORIGIN_ANNOTATIONS } from '../../api/origin-annotations.ts';
import type { OriginRequest } from './route.ts';

/** Sorts settings as `ORIGIN_ANNOTATIONS` does: equal settings are equal bytes. */
export function inOrder(settings: OriginRequest): OriginRequest {
  return Object.fromEntries(
    ORIGIN_ANNOTATIONS.flatMap(({ setting }) =>
      setting !== 'caPool' && setting in settings ? [[setting, settings[setting]]] : [],
    ),
  );
}
