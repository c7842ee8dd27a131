import type { AccessServiceTokenStatus } from '../../api/accessservicetoken.gen.ts';
import type { Condition } from '../../api/conditions.ts';
import type { AccessServiceToken } from '../../api/objects.ts';
import type { Change } from '../model/change.ts';
import { keyOf } from '../keys.ts';
import type { RemoteServiceToken } from './remote.ts';
import type { AccessReport } from './report.ts';
import { secondsLeft } from './token.ts';
import { type TokenRecord, shownRecord } from './token-record.ts';

export interface TokenFindings {
  readonly accountId?: string | undefined;
  /** Absent: unknown, as in a pass that failed early. */
  readonly remote?: RemoteServiceToken | undefined;
  readonly record?: TokenRecord | undefined;
  readonly conditions: readonly Condition[];
}

/** Equal facts give an equal status. What a pass has not found out keeps its value. */
export function tokenStatus(token: AccessServiceToken, findings: TokenFindings): AccessServiceTokenStatus {
  const { accountId = token.status?.accountId, remote, record, conditions } = findings;
  const shown =
    remote === undefined
      ? identityIn(token)
      : {
          tokenId: remote.id,
          clientId: remote.clientId,
          ...(remote.expiresAt === undefined ? {} : { expiresAt: remote.expiresAt }),
        };
  const rotation = record === undefined ? token.status?.rotation : shownRecord(record);
  return {
    observedGeneration: token.metadata.generation ?? 0,
    ...(accountId === undefined ? {} : { accountId }),
    ...shown,
    ...(rotation === undefined ? {} : { rotation }),
    conditions: conditions.map((condition) => ({ ...condition })),
  };
}

function identityIn({
  status,
}: AccessServiceToken): Pick<AccessServiceTokenStatus, 'tokenId' | 'clientId' | 'expiresAt'> {
  const { tokenId, clientId, expiresAt } = status ?? {};
  return {
    ...(tokenId === undefined ? {} : { tokenId }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** A token that works although it could not be extended is told before it ends. */
export function tokenReport(
  token: AccessServiceToken,
  {
    remote,
    now,
    failure,
  }: { readonly remote: RemoteServiceToken; readonly now: string; readonly failure?: string | undefined },
): AccessReport {
  if (!remote.isEnabled)
    return {
      status: 'False',
      reason: 'TokenDisabled',
      message: 'The token was disabled at Cloudflare. Enable it there, or delete the AccessServiceToken',
      activity: 'Stalled',
    };
  const why = failure === undefined ? '' : `. ${failure}`;
  if (secondsLeft(remote, now) <= 0)
    return { status: 'False', reason: 'TokenExpired', message: `The token has ended${why}`, activity: 'Stalled' };
  if (failure !== undefined)
    return {
      status: 'True',
      reason: 'TokenExpiresSoon',
      message: `The token works, and ends at the time in status.expiresAt unless it is extended${why}`,
      activity: 'Reconciling',
    };
  return { status: 'True', reason: 'TokenIssued', message: `Secret ${token.spec.secretName} holds the token` };
}

const DONE = {
  ServiceTokenCreated: 'was created',
  ServiceTokenRotated: 'has a new secret',
  ServiceTokenExtended: 'was extended',
  ServiceTokenDeleted: 'was deleted',
} as const;

/** A change to a service token at Cloudflare. */
export function tokenChange(reason: keyof typeof DONE, token: AccessServiceToken, id: string): Change {
  const secret = reason === 'ServiceTokenRotated' ? `. Secret ${token.spec.secretName} holds it` : '';
  return {
    reason,
    message: `Service token ${id} ${DONE[reason]}${secret}`,
    entries: [{ id, token: keyOf(token) }],
  };
}
