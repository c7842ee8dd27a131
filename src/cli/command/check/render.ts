import { type Finding, type FindingStatus, isHealthy } from '../../../core/check/finding.ts';
import { countOf } from '../../output/count.ts';
import { renderDocument } from '../../output/document.ts';
import type { Colour, Paint } from '../../output/paint.ts';

const COLOURS: Readonly<Record<FindingStatus, Colour>> = {
  ok: 'green',
  warning: 'yellow',
  failed: 'red',
  unknown: 'dim',
};

const WIDTH = 'warning'.length;

export function renderFindings(findings: readonly Finding[], format: string, paint: Paint): string {
  if (format === 'json' || format === 'yaml')
    return renderDocument(format, 'Check', { isHealthy: isHealthy(findings), findings });
  const blocks = [...Map.groupBy(findings, ({ subject }) => subject)].map(([subject, about]) =>
    [`${paint('bold', subject)}\n`, ...about.map((finding) => lineFor(finding, paint))].join(''),
  );
  return [...blocks, summaryOf(findings, paint)].join('\n');
}

function lineFor({ status, message }: Finding, paint: Paint): string {
  return `  ${paint(COLOURS[status], status.padEnd(WIDTH))}  ${message}\n`;
}

function summaryOf(findings: readonly Finding[], paint: Paint): string {
  const count = (status: FindingStatus): number => findings.filter((finding) => finding.status === status).length;
  const warnings = count('warning') === 0 ? '' : `, ${countOf(count('warning'), 'warning')}`;
  if (isHealthy(findings)) return `${paint('bold', `Nothing is wrong${warnings}.`)}\n`;
  return `${paint('bold', `${countOf(count('failed'), 'problem')}${warnings}.`)}\n`;
}
