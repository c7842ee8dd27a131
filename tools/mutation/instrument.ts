/** Puts all mutants of a file into its text at once, each behind a switch, so that no mutant needs a load of its own. */
import type { NumberedMutant } from './mutants.ts';
import { withoutTypes } from './syntax.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** JavaScript that behaves like the source, or like the mutant for whose id `isOn` is true. */
export function instrument(source: string, mutants: readonly NumberedMutant[], isOn: string): string {
  const code = withoutTypes(source);
  const ranges = [...Map.groupBy(mutants, ({ start, end }) => `${start}-${end}`).values()].toSorted(
    ([a], [b]) => (a?.start ?? 0) - (b?.start ?? 0) || (b?.end ?? 0) - (a?.end ?? 0),
  );
  let next = 0;
  const render = ({ start, end }: Range): string => {
    let [text, at] = ['', start];
    for (let group = ranges[next]; group?.[0] !== undefined && group[0].start < end; group = ranges[next]) {
      next += 1;
      text += code.slice(at, group[0].start) + switched(group, render(group[0]), isOn);
      at = group[0].end;
    }
    return text + code.slice(at, end);
  };
  return render({ start: 0, end: code.length });
}

/** Chooses between a node and what may take its place. */
function switched(mutants: readonly NumberedMutant[], original: string, isOn: string): string {
  const [first] = mutants;
  if (first?.isBlock) return `{ if (!${isOn}(${first.id})) ${original} }`;
  return `(${mutants.map(({ id, text }) => `${isOn}(${id}) ? (${text}) : `).join('')}(${original}))`;
}
