import { isHeld, type Verdict } from './budgets.ts';
import { isIdeal, titleOfSize } from './case.ts';
import { asMarkdownTable, figure } from './report.ts';

/** Budgets and results with an ideal network: a row per budget, a column per size. */
export function asBudgetTable(verdicts: readonly Verdict[]): string {
  const ideal = verdicts.filter(({ benchCase }) => isIdeal(benchCase));
  const sizes = [...new Set(ideal.map(({ benchCase }) => titleOfSize(benchCase)))];
  const promises = [...new Set(ideal.map(({ what }) => what))];
  const rows = promises.map((what) => [
    what,
    ...sizes.map((size) =>
      cell(ideal.find((verdict) => verdict.what === what && titleOfSize(verdict.benchCase) === size)),
    ),
  ]);
  return asMarkdownTable(['Spent / promised at most', ...sizes], rows);
}

function cell(verdict: Verdict | undefined): string {
  if (verdict === undefined) return '';
  const text = `${figure(verdict.spent)} / ${figure(verdict.allowed)}`;
  return isHeld(verdict) ? text : `**${text}**`;
}
