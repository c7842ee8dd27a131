/** Decides what a Tunnel reports about its DNS records. The first report is shown, and every failure counts. */
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
  /** Deletions that wait for a person to confirm them. */
  readonly refusedDeletes: RefusedDeletes | undefined;
  /** Some changes wait for the connectors. */
  readonly isPending: boolean;
  /** Names whose change was not tried: others were refused, and finding them took all the calls of a pass. */
  readonly waiting: readonly string[];
  /** Records of ours at names that nothing asks for any more, kept by `UpsertOnly`. */
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

/** A Tunnel that leaves DNS to somebody else, once the records that it created are gone. */
export function disabledReport(leftovers: readonly string[], mayBeForgotten: boolean): StepReport {
  if (leftovers.length === 0 && !mayBeForgotten) return DNS_DISABLED;
  const names = leftovers.length === 0 ? 'names that are no longer known' : listed(leftovers.toSorted());
  const message = `spec.dns.mode is Disabled, and the records of ${names} are still to be removed`;
  return { status: 'False', reason: 'RecordsPending', message };
}

const DNS_DISABLED: StepReport = {
  status: 'True',
  reason: 'DNSDisabled',
  message: 'spec.dns.mode is Disabled: records are left to somebody else',
};

function massDelete({ metadata }: Tunnel, { names, hash }: RefusedDeletes): StepReport {
  const command = `kubectl annotate tunnel -n ${metadata.namespace} ${metadata.name} ${CONFIRM_DELETE_ANNOTATION}=${hash}`;
  return {
    status: 'False',
    reason: 'MassDeleteRefused',
    message: `${names.size} records would be deleted whose Services are gone, and nobody saw them go. They stay until that is confirmed: ${command}`,
    disposition: 'stall',
  };
}

/** The next pass comes soon, and knows by then which names are refused. */
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
  return `Cloudflare refuses some records, and finding out which takes several passes. Not written yet: ${listed(names.toSorted())}`;
}

/** Records that were up to date stay so, as a condition, while further ones are on their way. */
function recordsPending({ status }: Tunnel): StepReport {
  const wereSynced = status?.conditions?.find(({ type }) => type === 'DNSReady')?.status === 'True';
  return {
    status: wereSynced ? 'True' : 'False',
    reason: 'RecordsPending',
    message: 'Records wait until the connectors serve their hostnames',
  };
}

function recordsSynced(tunnel: Tunnel, kept: readonly string[]): StepReport {
  const warnings = [...(settingsOf(tunnel).proxied ? [] : [UNPROXIED]), ...keptWarning(kept)];
  const message = ['Every record is as wanted', ...warnings].join(', but ');
  return { status: 'True', reason: 'RecordsSynced', message };
}

const UNPROXIED = 'dns.proxied is false: a tunnel record works only if it is proxied. Set it to true';

function keptWarning(kept: readonly string[]): readonly string[] {
  if (kept.length === 0) return [];
  return [`dns.mode UpsertOnly keeps records that nothing asks for any more: ${listed(kept.toSorted())}`];
}
