import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';
import type { Verdict } from './budgets.ts';
import { asBudgetTable } from './budget-table.ts';
import { asCallTable, asTimeTable } from './cost-tables.ts';
import { asPeerTable } from './peer-table.ts';
import type { CaseResult } from './run.ts';

const FILE = path.resolve(import.meta.dirname, '../docs/PERFORMANCE.md');

/** Writes the tables into the docs, each between its markers. The surrounding text is written by hand. */
export async function writeDocument(results: readonly CaseResult[], verdicts: readonly Verdict[]): Promise<void> {
  const tables = {
    summary: asPeerTable(results.filter(isTypical)),
    peers: asPeerTable(results),
    budgets: asBudgetTable(verdicts),
    calls: asCallTable(results),
    times: asTimeTable(results),
  };
  const filled = Object.entries(tables).reduce(fill, readFileSync(FILE, 'utf8'));
  writeFileSync(FILE, await format(filled, { parser: 'markdown', printWidth: 120 }));
}

/** The size at the beginning of the page. */
function isTypical({ benchCase }: CaseResult): boolean {
  return benchCase.services === 1_000 && benchCase.zones === 1 && benchCase.configMode === undefined;
}

function fill(text: string, [name, table]: readonly [string, string]): string {
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`${FILE} has no place for the table "${name}"`);
  return `${text.slice(0, start + open.length)}\n\n${table}\n\n${text.slice(end)}`;
}
