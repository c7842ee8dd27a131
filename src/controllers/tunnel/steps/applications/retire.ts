/** Deletes the Access applications that nothing needs any more, once no connector names them. */
import { type RemoteApplication, isMarked } from '../../../../core/applications/application.ts';
import { applicationChanged } from '../../../../core/applications/changes.ts';
import { retiredApplications } from '../../../../core/applications/plan.ts';
import type { Route } from '../../../../core/model/route.ts';
import { OperatorError } from '../../../../runtime/errors.ts';
import { tryEach } from '../../pass/attempt.ts';
import type { Access, Recorder } from '../../pass/ports.ts';
import type { TunnelPass } from '../../pass/tunnel-pass.ts';
import type { Applications } from './port.ts';

export interface Retiring {
  readonly access: Access;
  readonly applications: Applications;
  /** Routes that have a rule. Every connector has these rules. */
  readonly served: readonly Route[];
}

/** True: some were deleted, so rules may be published that had to wait for it. */
export async function retireApplications(
  port: Pick<Recorder, 'changed'>,
  pass: TunnelPass,
  { access, applications: { needed, mayExist }, served }: Retiring,
): Promise<boolean> {
  if (!mayExist) return false;
  const { cloudflare, accountId } = access;
  const observed = await cloudflare.applications(accountId, pass.maxAgeMs.records, pass.signal);
  const audiences = new Set(served.flatMap(({ protection }) => protection?.audience ?? []));
  const retired = retiredApplications({ observed, mark: pass.mark, needed, audiences });
  const deleted = await tryEach(pass, retired, (application) => deleteOne(port, pass, { access, application }));
  return deleted.size > 0;
}

/** Of a Tunnel that is being deleted. Its connectors are gone. */
export async function deleteApplications(
  port: Pick<Recorder, 'changed'>,
  pass: TunnelPass,
  access: Access,
): Promise<'deleted'> {
  const { cloudflare, accountId } = access;
  const observed = await cloudflare.applications(accountId, pass.maxAgeMs.records, pass.signal);
  for (const application of observed.filter((one) => isMarked(one, pass.mark)))
    await deleteOne(port, pass, { access, application });
  if (cloudflare.hasAllApplications(accountId)) return 'deleted';
  throw new OperatorError(
    'Deleting',
    'wait',
    'Waiting until Cloudflare shows whether an Access application was created',
  );
}

async function deleteOne(
  port: Pick<Recorder, 'changed'>,
  { tunnel, signal }: TunnelPass,
  { access, application }: { readonly access: Access; readonly application: RemoteApplication },
): Promise<void> {
  await access.cloudflare.deleteApplication(access.accountId, application.id, signal);
  port.changed(tunnel, applicationChanged('ApplicationDeleted', application), signal);
}
