import { writeYaml } from '../../../adapters/documents/yaml.ts';
import type { Migration } from '../../../core/migrate/migration.ts';
import { describeStep } from '../../../core/migrate/steps.ts';
import { renderDocument } from '../../output/document.ts';

/** The objects as YAML that can be applied, with everything else as comments. */
export function renderMigration(migration: Migration, format: 'yaml' | 'json', from: string): string {
  if (format === 'json') return renderDocument('json', 'Migration', documentOf(migration, from));
  const { steps, problems, leftovers, objects } = migration;
  const comments = [
    ...section(
      'Has to be solved first',
      problems.filter(({ effect }) => effect === 'blocked').map(({ message }) => message),
    ),
    ...section(
      'Is left out, or differs',
      problems.filter(({ effect }) => effect === 'left').map(({ message }) => message),
    ),
    ...section(
      `Steps of cftunnel migrate ${from} --apply`,
      steps.map((step, index) => `${index + 1}. ${describeStep(step)}`),
    ),
    ...section('Afterwards nothing needs these any more', leftovers),
  ];
  return [comments.join('\n'), ...objects.map(writeYaml)].join('---\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`# ${title}:\n${lines.map((line) => `#   ${line}\n`).join('')}`];
}

/** The documented shape. */
function documentOf({ steps, problems, leftovers, objects }: Migration, from: string): object {
  return {
    from,
    objects,
    steps: steps.map((step) => ({ kind: step.kind, text: describeStep(step) })),
    problems,
    leftovers,
  };
}
