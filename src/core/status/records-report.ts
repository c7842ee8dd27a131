/** Reports the state of a Tunnel's DNS records. The first report is shown, and every failure counts. */
import { CONFIRM_DELETE_ANNOTATION } from '../../api/names.ts';
import type { Tunnel } from '../../api/objects.ts';
import type { RefusedDeletes } from '../dns/safety.ts';
import { settingsOf } from '../model/tunnel-settings.ts';
import type { Problem } from '../model/route.ts';
import { listed } from '../quote.ts';
import type { StepReport } from './step-report.ts';

/** The result of writing a Tunnel's records. */
export interface RecordsResult {
  readonly refused: ReadonlyMap<string, Problem>;
  /** Deletions that wait for confirmation by a user. */
  readonly refusedDeletes: RefusedDeletes | undefined;
  /** Some changes wait for the connectors. */
  readonly isPending: boolean;
  /** Names whose change was not sent, because isolating refused names took all the calls of a pass. */
  readonly waiting: readonly string[];
  /** Records that are no longer wanted, kept by `UpsertOnly`. */
  readonly kept: readonly string[];
}

export function recordsReports(tunnel: Tunnel, result: RecordsResult): readonly StepReport[] {
  const { refusedDeletes, isPending } = result;
  return [
    ...(refusedDeletes === undefined ? [] : [massDelete(tunnel, refusedDeletes)]),
    ...refusals(result),
    ...(isPending ? [recordsPending(tunnel)] : []),
    ...(settingsOf(tunnel).dnsMode === 'Disabled' ? [] : [recordsSynced(tunnel, result.kept)]),
  ];
}

/** The report of a Tunnel with DNS disabled. It is ready once the records created before are removed. */
export function disabledReport(leftovers: readonly string[], mayBeForgotten: boolean): StepReport {
  if (leftovers.length === 0 && !mayBeForgotten) return DNS_DISABLED;
  const names = leftovers.length === 0 ? 'names that are no longer known' : listed(leftovers.toSorted());
  const message = `spec.dns.mode is Disabled, but the records of ${names} have not been removed yet`;
  return { status: 'False', reason: 'RecordsPending', message };
}

const DNS_DISABLED: StepReport = {
  status: 'True',
  reason: 'DNSDisabled',
  message: 'spec.dns.mode is Disabled, so the operator manages no records',
};

function massDelete({ metadata }: Tunnel, { names, hash }: RefusedDeletes): StepReport {
  const command = `kubectl annotate tunnel -n ${metadata.namespace} ${metadata.name} ${CONFIRM_DELETE_ANNOTATION}=${hash}`;
  return {
    status: 'False',
    reason: 'MassDeleteRefused',
    message: `${names.size} records would be deleted, although the operator did not see their objects being deleted. To confirm the deletion: ${command}`,
    disposition: 'stall',
  };
}

/** The next pass follows soon, and knows which names are refused. */
function refusals({ refused, waiting }: RecordsResult): readonly StepReport[] {
  const messages = [...refused.values()].map(({ message }) => message).toSorted();
  const untried = waiting.length === 0 ? [] : [untriedMessage(waiting)];
  const message = [listed(messages, '; '), ...untried].join('. ');
  return [
    ...(messages.length === 0
      ? []
      : [{ status: 'False', reason: 'RecordsRefused', message, disposition: 'stall' } as const]),
    ...untried.map(
      (text) => ({ status: 'False', reason: 'RecordsPending', message: text, disposition: 'wait' }) as const,
    ),
  ];
}

function untriedMessage(names: readonly string[]): string {
  return `Cloudflare refuses some records, and isolating them takes several passes. Not written yet: ${listed(names.toSorted())}`;
}

/** The condition stays True while records are added to a Tunnel whose records were up to date. */
function recordsPending({ status }: Tunnel): StepReport {
  const wereSynced = status?.conditions?.find(({ type }) => type === 'DNSReady')?.status === 'True';
  return {
    status: wereSynced ? 'True' : 'False',
    reason: 'RecordsPending',
    message: 'DNS records are waiting for the connectors to serve their hostnames',
  };
}

function recordsSynced(tunnel: Tunnel, kept: readonly string[]): StepReport {
  const warnings = [...(settingsOf(tunnel).proxied ? [] : [UNPROXIED]), ...keptWarning(kept)];
  const message = ['All DNS records are up to date', ...warnings].join(', but ');
  return { status: 'True', reason: 'RecordsSynced', message };
}

const UNPROXIED = 'spec.dns.proxied is false: set it to true, because a tunnel record works only if it is proxied';

function keptWarning(kept: readonly string[]): readonly string[] {
  if (kept.length === 0) return [];
  return [`spec.dns.mode is UpsertOnly, which keeps records that are no longer wanted: ${listed(kept.toSorted())}`];
}
