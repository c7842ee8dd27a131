import { sameJson } from '../../../core/equal.ts';
import { listed } from '../../../core/quote.ts';
import { titleOf } from '../../../core/model/source.ts';
import { type Preview, type PreviewProblem, type TunnelPreview, hasChanges } from '../../../core/preview/preview.ts';
import type { RecordChange } from '../../../core/preview/record-changes.ts';
import type { RuleChange } from '../../../core/preview/rule-changes.ts';
import { countOf } from '../../output/count.ts';
import { renderDocument } from '../../output/document.ts';
import type { Colour, Paint } from '../../output/paint.ts';

export interface PlanAnswer {
  readonly preview: Preview;
  /** How many objects in the files decide about nothing here. */
  readonly ignored: number;
  readonly notes: readonly string[];
}

export function renderPlan(answer: PlanAnswer, format: string, paint: Paint): string {
  if (format === 'json' || format === 'yaml') return renderDocument(format, 'Plan', documentOf(answer));
  const { preview, notes, ignored } = answer;
  const all = ignored === 0 ? notes : [...notes, `${countOf(ignored, 'object')} of other kinds in the files ignored`];
  const blocks = [
    ...preview.tunnels.map((tunnel) => tunnelBlock(tunnel, paint)),
    ...problemBlock(preview.problems, { title: 'Refused:', colour: 'red', paint }),
    ...problemBlock(preview.warnings, { title: 'Warnings:', colour: 'yellow', paint }),
    ...(all.length === 0 ? [] : [all.map((note) => paint('dim', `Note: ${note}\n`)).join('')]),
    summaryOf(preview, paint),
  ];
  return blocks.join('\n');
}

const MARKS: Readonly<Record<RuleChange['kind'], readonly [string, Colour]>> = {
  add: ['+', 'green'],
  change: ['~', 'yellow'],
  remove: ['-', 'red'],
};

function tunnelBlock(tunnel: TunnelPreview, paint: Paint): string {
  const line = (kind: RuleChange['kind'], text: string): string => {
    const [mark, colour] = MARKS[kind];
    return `  ${paint(colour, `${mark} ${text}`)}\n`;
  };
  const asides = [
    ...(tunnel.isSuspended ? ['suspended: nothing of this happens until it is resumed'] : []),
    ...(tunnel.replacesConnectors ? ['its connectors are replaced, one at a time'] : []),
  ];
  return [
    `${paint('bold', `Tunnel ${tunnel.tunnel}`)}${asides.map((aside) => ` (${aside})`).join('')}\n`,
    ...(tunnel.isNew ? [line('add', 'tunnel')] : []),
    ...tunnel.fields.map((field) => line('change', `spec.${field}`)),
    ...tunnel.rules.map((rule) => line(rule.kind, `rule    ${describeRule(rule)}`)),
    ...tunnel.records.map((record) => line(record.kind, `record  ${describeRecord(record)}`)),
  ].join('');
}

function describeRule({ claim, source, origin, access, before }: RuleChange): string {
  const now = `${claim} -> ${origin} (${titleOf(source)})${who(access)}`;
  if (before === undefined) return now;
  if (!sameJson(before.access, access)) return `${now}, before:${who(before.access) || ' open'}`;
  if (before.source !== source) return `${now}, before: ${before.origin} (${titleOf(before.source)})`;
  return before.origin === origin ? `${now}, other settings` : `${now}, before: ${before.origin}`;
}

/** Who may enter, if anything was said about it. */
function who(access: RuleChange['access']): string {
  if (access === undefined) return '';
  return access === 'none' ? ' open to everybody' : ` for ${listed(access)}`;
}

function describeRecord({ name, zone, content }: RecordChange): string {
  return `${name}${content === undefined ? '' : ` CNAME ${content}`} (zone ${zone})`;
}

interface BlockStyle {
  readonly title: string;
  readonly colour: Colour;
  readonly paint: Paint;
}

function problemBlock(problems: readonly PreviewProblem[], { title, colour, paint }: BlockStyle): readonly string[] {
  if (problems.length === 0) return [];
  const lines = problems.map(({ object, reason, message }) => `  ${paint(colour, reason)} ${object}: ${message}\n`);
  return [[`${paint('bold', title)}\n`, ...lines].join('')];
}

function summaryOf(preview: Preview, paint: Paint): string {
  const { tunnels, problems } = preview;
  const refused = problems.length === 0 ? '' : ` ${countOf(problems.length, 'problem')}.`;
  if (!hasChanges(preview)) return `${paint('bold', `Nothing would change.${refused}`)}\n`;
  const parts = [
    ...countChanges('tunnels', tunnels.flatMap(tunnelChange)),
    ...countChanges(
      'rules',
      tunnels.flatMap(({ rules }) => rules),
    ),
    ...countChanges(
      'records',
      tunnels.flatMap(({ records }) => records),
    ),
  ];
  return `${paint('bold', `Plan: ${parts.join('; ')}.${refused}`)}\n`;
}

type Counted = Pick<RuleChange, 'kind'>;

function tunnelChange({ isNew, fields }: TunnelPreview): readonly Counted[] {
  if (isNew) return [{ kind: 'add' }];
  return fields.length === 0 ? [] : [{ kind: 'change' }];
}

/** `rules: 2 to add, 1 to remove`, or nothing. */
function countChanges(what: string, changes: readonly Counted[]): readonly string[] {
  const counts = (['add', 'change', 'remove'] as const).flatMap((kind) => {
    const count = changes.filter((change) => change.kind === kind).length;
    return count === 0 ? [] : [`${count} to ${kind}`];
  });
  return counts.length === 0 ? [] : [`${what}: ${counts.join(', ')}`];
}

/** The documented shape. */
function documentOf({ preview, notes, ignored }: PlanAnswer): object {
  const { tunnels, problems, warnings } = preview;
  return { hasChanges: hasChanges(preview), tunnels, problems, warnings, notes, ignoredObjects: ignored };
}
