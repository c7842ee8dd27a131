/** What each stage of a Tunnel says of itself when it has come about. */
import type { TunnelPart } from '../../api/conditions.ts';
import { CONFIRM_DELETE_ANNOTATION } from '../../api/names.ts';
import type { Tunnel } from '../../api/objects.ts';
import type { RefusedDeletes } from '../../core/dns/safety.ts';
import { listed } from '../../core/quote.ts';
import type { Route } from '../../core/model/route.ts';
import { settingsOf } from '../../core/model/tunnel-settings.ts';
import { tokenAdvice } from '../../core/tunnel/token-advice.ts';
import type { Pass } from '../../runtime/controller.ts';
import { OperatorError } from '../../runtime/errors.ts';
import { type StageReport, Stages } from '../../runtime/stages.ts';
import type { PublishedConfig } from './config.ts';
import type { SyncedRecords } from './sync-records.ts';

/** The stages of one pass over a Tunnel, whose conditions name the Secret that a token is in. */
export function stagesOf(tunnel: Tunnel, { signal }: Pass): Stages<TunnelPart> {
  return new Stages(signal, ({ reason, message }) => {
    const advice = tokenAdvice(reason, tunnel);
    return advice === undefined ? message : `${message}. ${advice}`;
  });
}

export const CREDENTIALS_ACCEPTED = {
  status: 'True',
  reason: 'CredentialsAccepted',
  message: 'Cloudflare accepts the credentials',
} as const;

export function reportConfig(stages: Stages<TunnelPart>, { unfit }: PublishedConfig): void {
  if (unfit.length > 0) stages.fail('ConfigReady', new OperatorError('ConfigTooLarge', 'stall', tooLarge(unfit)));
  else stages.report('ConfigReady', CONFIG_PUBLISHED);
}

const CONFIG_PUBLISHED = {
  status: 'True',
  reason: 'ConfigPublished',
  message: 'The rules are in the ConfigMap',
} as const;

function tooLarge(unfit: readonly Route[]): string {
  const sources = listed([...new Set(unfit.map(({ source }) => source))].toSorted());
  return `Rules and certificates fill the ConfigMap (1 MiB), and there is no room for all of ${sources}. Move Services to another Tunnel, or let them name fewer certificates`;
}

export function tunnelAvailable(tunnelId: string): StageReport {
  return {
    status: 'True',
    reason: 'TunnelAvailable',
    message: `Tunnel ${tunnelId} exists and its credentials are stored`,
  };
}

/** What a part says of itself while the Tunnel is being deleted. */
export function deleting(message: string): StageReport {
  return { status: 'Unknown', reason: 'Deleting', message };
}

export function leftBehind(message: string): StageReport {
  return { status: 'False', reason: 'LeftBehind', message };
}

export function reportRecords(stages: Stages<TunnelPart>, tunnel: Tunnel, records: SyncedRecords): void {
  const refusals = [...records.refused.values()].map(({ message }) => message).toSorted();
  if (records.refusedDeletes !== undefined) stages.fail('DNSReady', massDelete(tunnel, records.refusedDeletes));
  const untried = records.waiting.length === 0 ? [] : [untriedMessage(records.waiting)];
  if (refusals.length > 0)
    stages.fail(
      'DNSReady',
      new OperatorError('RecordsRefused', 'stall', [listed(refusals, '; '), ...untried].join('. ')),
    );
  for (const message of untried) stages.fail('DNSReady', new OperatorError('RecordsPending', 'wait', message));
  if (records.isPending) stages.report('DNSReady', recordsPending(tunnel));
  if (settingsOf(tunnel).dnsMode === 'Disabled') return;
  const warnings = [...(settingsOf(tunnel).proxied ? [] : [UNPROXIED]), ...keptRemark(records.kept)];
  const message = ['Every record is as wanted', ...warnings].join(', but ');
  stages.report('DNSReady', { status: 'True', reason: 'RecordsSynced', message });
}

/** Records that were as wanted stay so, as a part, while further ones are on their way. */
function recordsPending({ status }: Tunnel): StageReport {
  const wereSynced = status?.conditions?.find(({ type }) => type === 'DNSReady')?.status === 'True';
  return {
    status: wereSynced ? 'True' : 'False',
    reason: 'RecordsPending',
    message: 'Records wait until the connectors serve their hostnames',
  };
}

/** The next pass goes on soon, and knows by then which names are refused. */
function untriedMessage(names: readonly string[]): string {
  return `Cloudflare refuses some records, and finding out which takes several passes. Not written yet: ${listed(names.toSorted())}`;
}

const UNPROXIED = 'dns.proxied is false: a tunnel record works only if it is proxied. Set it to true';

function keptRemark(kept: readonly string[]): readonly string[] {
  if (kept.length === 0) return [];
  return [`dns.mode UpsertOnly keeps records that nothing asks for any more: ${listed(kept.toSorted())}`];
}

/** A Tunnel that leaves DNS to somebody else, once the records are gone that it has made before. */
export function reportDisabled(
  stages: Stages<TunnelPart>,
  leftovers: readonly string[],
  mayBeForgotten: boolean,
): void {
  if (leftovers.length === 0 && !mayBeForgotten) stages.report('DNSReady', DNS_DISABLED);
  const names = leftovers.length === 0 ? 'names that are no longer known' : listed(leftovers.toSorted());
  const message = `spec.dns.mode is Disabled, and the records of ${names} are still to be removed`;
  stages.report('DNSReady', { status: 'False', reason: 'RecordsPending', message });
}

const DNS_DISABLED = {
  status: 'True',
  reason: 'DNSDisabled',
  message: 'spec.dns.mode is Disabled: records are left to somebody else',
} as const;

function massDelete(tunnel: Tunnel, { names, hash }: RefusedDeletes): OperatorError {
  const { namespace, name } = tunnel.metadata;
  return new OperatorError(
    'MassDeleteRefused',
    'stall',
    `${names.size} records would be deleted whose Services are gone, and nobody saw them go. They stay until that is confirmed: kubectl annotate tunnel -n ${namespace} ${name} ${CONFIRM_DELETE_ANNOTATION}=${hash}`,
  );
}
