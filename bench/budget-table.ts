import { isHeld, type Verdict } from './budgets.ts';
import { isCalm, titleOfSize } from './case.ts';
import { asMarkdownTable, figure } from './report.ts';

/** What is promised and what was spent, in calm weather: a row per promise, a column per size. */
export function asBudgetTable(verdicts: readonly Verdict[]): string {
  const calm = verdicts.filter(({ benchCase }) => isCalm(benchCase));
  const sizes = [...new Set(calm.map(({ benchCase }) => titleOfSize(benchCase)))];
  const promises = [...new Set(calm.map(({ what }) => what))];
  const rows = promises.map((what) => [
    what,
    ...sizes.map((size) =>
      cell(calm.find((verdict) => verdict.what === what && titleOfSize(verdict.benchCase) === size)),
    ),
  ]);
  return asMarkdownTable(['Spent / promised at most', ...sizes], rows);
}

function cell(verdict: Verdict | undefined): string {
  if (verdict === undefined) return '';
  const text = `${figure(verdict.spent)} / ${figure(verdict.allowed)}`;
  return isHeld(verdict) ? text : `**${text}**`;
}
