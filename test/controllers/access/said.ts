/** What an AccessPolicy or AccessServiceToken says, and what follows a pass over it. */
import type { AccessPolicy, AccessServiceToken } from '../../../src/api/objects.ts';
import type { Outcome } from '../../../src/runtime/controller.ts';

type Speaker = AccessPolicy | AccessServiceToken | undefined;

/** Each condition as text. */
export function conditions(object: Speaker): readonly string[] {
  return (object?.status?.conditions ?? []).map(({ type, status, reason }) => `${type} ${status} ${reason}`);
}

export function reasonIn(object: Speaker): string | undefined {
  return object?.status?.conditions?.[0]?.reason;
}

export function messageOf(object: Speaker): string | undefined {
  return object?.status?.conditions?.[0]?.message;
}

/** When it is looked at again, and why it failed. */
export function ending({ recheckAfterMs, failures = [] }: Outcome): unknown {
  return [recheckAfterMs, ...failures.map(({ reason, disposition, message }) => ({ reason, disposition, message }))];
}
