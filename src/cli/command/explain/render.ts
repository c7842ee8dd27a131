import type { Explanation, Holder } from '../../../core/explain/explain.ts';
import type { FoundRecord, RecordFinding } from '../../../core/explain/records.ts';
import { listed } from '../../../core/quote.ts';
import { titleOf } from '../../../core/model/source.ts';
import { renderDocument } from '../../output/document.ts';
import type { Paint } from '../../output/paint.ts';

export interface ExplainAnswer {
  readonly explanation: Explanation;
  readonly records: RecordFinding | { readonly problem: string } | undefined;
  readonly notes: readonly string[];
  /** What to do about a hostname that nobody asks for. */
  readonly advice: string | undefined;
}

export function renderExplanation(answer: ExplainAnswer, format: string, paint: Paint): string {
  const { explanation, records, notes, advice } = answer;
  if (format === 'json' || format === 'yaml') return renderDocument(format, 'Explanation', documentOf(answer));
  if (advice !== undefined) return `${advice}\n`;
  const { hostname, holder, others, refused } = explanation;
  const rows = holder === undefined ? [['Held by', paint('red', 'nobody')]] : holderRows(holder, records, paint);
  return [
    `${paint('bold', hostname)}\n\n`,
    ...rows.map(([label = '', text = '']) => `${label.padEnd(9)} ${text}\n`),
    ...list(
      'Other rules',
      others.map(({ claim, origin, source }) => `${claim} -> ${origin} (${titleOf(source)})`),
    ),
    ...list(
      'Not as requested',
      refused.flatMap(({ source, problems }) =>
        problems.map(({ reason, message }) => `${titleOf(source)}: ${paint('red', reason)}: ${message}`),
      ),
    ),
    ...list('Notes', notes),
  ].join('');
}

function list(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`\n${title}\n`, ...lines.map((line) => `  ${line}\n`)];
}

type Row = readonly [label: string, text: string];

function holderRows(holder: Holder, records: ExplainAnswer['records'], paint: Paint): readonly Row[] {
  return [
    [
      'Held by',
      `${titleOf(holder.source)}${holder.claimants > 1 ? `, one of ${holder.claimants} that ask for it` : ''}`,
    ],
    [holder.isLocal === true ? 'Local' : 'Rule', `${holder.claim} -> ${holder.origin}${published(holder)}`],
    ['Tunnel', `${holder.tunnel}: ${tunnelState(holder)}`],
    ...recordRows(records, paint),
    ...accessRows(holder),
    ['Status', status(holder, paint)],
  ];
}

/** Nobody enters a name of the local network through Cloudflare. */
function accessRows({ access, isLocal }: Holder): readonly Row[] {
  if (isLocal === true) return [];
  if (access === undefined) return [['Access', 'open to everybody']];
  const { policies, application } = access;
  const who = policies.length === 0 ? 'as for what is above it' : `AccessPolicy ${listed(policies)}`;
  return [['Access', `${who} (application ${application})`]];
}

function published({ isPublished }: Holder): string {
  if (isPublished === undefined) return '';
  return isPublished ? ', published' : ', not published yet';
}

function tunnelState({ ready, isSuspended }: Holder): string {
  if (isSuspended) return 'suspended, so nothing is added, changed or removed';
  if (ready === undefined) return 'the operator has not reported on it yet';
  return ready.status === 'True' ? 'ready' : `${ready.reason}: ${ready.message}`;
}

function recordRows(records: ExplainAnswer['records'], paint: Paint): readonly Row[] {
  if (records === undefined) return [];
  if (!('records' in records)) return [['Record', `not read: ${records.problem}`]];
  const { records: found, pending, problem, warnings } = records;
  const lines = [
    ...found.map(describeRecord),
    ...(found.length === 0 && pending.length === 0 && problem === undefined ? ['none'] : []),
    ...pending.map(
      ({ kind, name, content }) => `${PENDING[kind]} ${name}${content === undefined ? '' : ` CNAME ${content}`}`,
    ),
    ...(problem === undefined ? [] : [`${paint('red', problem.reason)}: ${problem.message}`]),
    ...warnings.map(({ message }) => `${paint('yellow', 'warning')}: ${message}`),
  ];
  return lines.map((line, index) => [index === 0 ? 'Record' : '', line] as const);
}

const PENDING = { add: 'to be created:', change: 'to be changed:', remove: 'to be removed:' } as const;

const OWNERS: Readonly<Record<FoundRecord['owner'], string>> = {
  tunnel: 'ours',
  cluster: 'of another Tunnel of this cluster',
  foreign: 'not ours',
};

function describeRecord({ name, type, content, zone, proxied, owner }: FoundRecord): string {
  return `${name} ${type} ${content}${proxied ? '' : ', not proxied'} (zone ${zone}, ${OWNERS[owner]})`;
}

function status({ condition }: Holder, paint: Paint): string {
  if (condition === undefined)
    return `${paint('yellow', 'Unanswered')}: the operator has not reported on it yet. Is it running?`;
  const { reason, message } = condition;
  return `${paint(condition.status === 'True' ? 'green' : 'red', reason)}: ${message}`;
}

/** The documented shape. */
function documentOf({ explanation, records, notes, advice }: ExplainAnswer): object {
  return { ...explanation, records, notes, advice };
}
