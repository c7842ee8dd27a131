import { CHANGE_REASONS } from '../../api/conditions.ts';
import type { KubeObject } from '../../api/objects.ts';
import { keyOf } from '../../core/keys.ts';
import type { Change } from '../../core/model/change.ts';
import type { Logger } from './logger.ts';

/** Logs one line for each object that a change created, updated or removed. */
export function logChange(log: Logger, object: KubeObject, { reason, entries }: Change): void {
  const message = CHANGE_REASONS[reason].replace(/\.$/, '');
  const about = { reason, [object.kind.toLowerCase()]: keyOf(object) };
  for (const entry of entries) log.info(message, { ...about, ...entry });
}
