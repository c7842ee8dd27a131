import { AnyObjects } from '../../../adapters/kubernetes/any-objects.ts';
import { parseSeconds } from '../../../core/duration.ts';
import { type Migration, planMigration } from '../../../core/migrate/migration.ts';
import type { MigrationSource } from '../../../core/migrate/sources.ts';
import { describeStep } from '../../../core/migrate/steps.ts';
import { MIGRATION_SOURCES } from '../../../wiring/migration-sources.ts';
import { PARSERS } from '../../../wiring/parsers.ts';
import { withCluster } from '../../frame/connect.ts';
import type { Given, RunCommand } from '../../frame/definition.ts';
import { CommandError, EXIT, type ExitCode, usageError } from '../../frame/exit-code.ts';
import { cloudflareUrl } from '../../frame/flags.ts';
import type { Io } from '../../frame/io.ts';
import { paintFor } from '../../output/paint.ts';
import { renderTable } from '../../output/table.ts';
import { performStep } from './perform.ts';
import { readFacts } from './read-facts.ts';
import { recordRemover } from './records.ts';
import { renderMigration } from './render.ts';

const MANAGER = 'cftunnel-migrate';

export const run: RunCommand = (given, io) => {
  const source = MIGRATION_SOURCES[given.args[0] ?? ''];
  if (source === undefined && given.isOn('apply'))
    throw usageError(`--apply needs a tool: ${Object.keys(MIGRATION_SOURCES).join(', ')}`);
  return withCluster(given, async ({ rest }) => {
    const objects = new AnyObjects(rest, MANAGER);
    if (source === undefined) return listTools(objects, given, io);
    const migration = await planFor(source, objects, given);
    if (isEmpty(migration)) return nothingFound(source, io);
    return given.isOn('apply') ? apply(migration, given, { io, objects }) : show(migration, given, io);
  });
};

async function planFor(source: MigrationSource, objects: AnyObjects, given: Given): Promise<Migration> {
  const credentials = given.text('credentials');
  const facts = await readFacts(objects, source, credentials);
  const input = { ...facts, parsers: PARSERS, ...(credentials === undefined ? {} : { credentials }) };
  return planMigration(source.parse(input), input);
}

/** What would be migrated from each tool. */
async function listTools(objects: AnyObjects, given: Given, { out }: Io): Promise<ExitCode> {
  const rows: string[][] = [];
  for (const [from, source] of Object.entries(MIGRATION_SOURCES)) {
    const migration = await planFor(source, objects, given);
    const tunnels = migration.objects.filter(({ kind }) => kind === 'Tunnel').length;
    const services = migration.objects.filter(({ kind }) => kind === 'Service').length;
    rows.push([from, String(tunnels), String(services), String(blockedIn(migration).length)]);
  }
  out.write(renderTable(['TOOL', 'TUNNELS', 'SERVICES', 'TO SOLVE FIRST'], rows, paintFor(out)));
  return EXIT.done;
}

function isEmpty({ steps, problems }: Migration): boolean {
  return steps.length === 0 && problems.length === 0;
}

function nothingFound({ title }: MigrationSource, { err }: Io): ExitCode {
  err.write(`Nothing of ${title} was found in the cluster\n`);
  return EXIT.done;
}

function show(migration: Migration, given: Given, { out }: Io): ExitCode {
  const format = given.text('output') === 'json' ? 'json' : 'yaml';
  out.write(renderMigration(migration, format, given.args[0] ?? ''));
  return blockedIn(migration).length > 0 ? EXIT.failed : EXIT.done;
}

function blockedIn({ problems }: Migration): readonly string[] {
  return problems.flatMap(({ effect, message }) => (effect === 'blocked' ? [message] : []));
}

async function apply(
  migration: Migration,
  given: Given,
  { io, objects }: { readonly io: Io; readonly objects: AnyObjects },
): Promise<ExitCode> {
  const { out, env } = io;
  const blocked = blockedIn(migration);
  if (blocked.length > 0) throw new CommandError(['Nothing was changed. Solve this first:', ...blocked].join('\n  '));
  const ctx = {
    io,
    objects,
    timeoutMs: (parseSeconds(given.text('timeout') ?? '') ?? 600) * 1000,
    removeRecords: recordRemover({ objects, env, baseUrl: cloudflareUrl(given, env) }),
  };
  let changes = 0;
  for (const step of migration.steps) {
    const isChanged = await performStep(ctx, step);
    if (!isChanged) continue;
    changes += 1;
    out.write(`${describeStep(step)}: done\n`);
  }
  out.write(changes === 0 ? 'Nothing was left to change\n' : `Migrated, in ${changes} steps\n`);
  report(migration, io);
  return EXIT.done;
}

function report({ problems, leftovers }: Migration, { out }: Io): void {
  for (const { message } of problems) out.write(`Left out, or different: ${message}\n`);
  if (leftovers.length > 0)
    out.write(`Nothing needs these any more:\n${leftovers.map((line) => `  ${line}\n`).join('')}`);
}
