import type { ChangeReason } from '../../api/conditions.ts';
import type { Change } from '../model/change.ts';
import type { RemoteApplication } from './application.ts';

const VERBS = { ApplicationCreated: 'created', ApplicationUpdated: 'changed', ApplicationDeleted: 'deleted' } as const;

export function applicationChanged(
  reason: keyof typeof VERBS & ChangeReason,
  { id, domain }: Pick<RemoteApplication, 'id' | 'domain'>,
): Change {
  return {
    reason,
    message: `The Access application for ${domain} was ${VERBS[reason]}`,
    entries: [{ domain, id }],
  };
}
