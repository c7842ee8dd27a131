import type { Colour, Paint } from './paint.ts';

/** A cell, with the colour that its meaning calls for. */
export type Cell = string | { readonly text: string; readonly colour: Colour };

const GAP = '   ';

/** A table as kubectl prints it: columns are as wide as their longest cell, and lines have no trailing space. */
export function renderTable(header: readonly string[], rows: readonly (readonly Cell[])[], paint: Paint): string {
  const lines = [header, ...rows].map((row) => row.map(textOf));
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const all: readonly (readonly Cell[])[] = [header.map((text) => ({ text, colour: 'bold' })), ...rows];
  return all.map((row) => `${renderRow(row, widths, paint)}\n`).join('');
}

/** An empty cell is shown as a dash, so that every line has the same number of columns. */
function textOf(cell: Cell): string {
  const text = typeof cell === 'string' ? cell : cell.text;
  return text === '' ? '-' : text.replaceAll('\n', ' ');
}

function renderRow(row: readonly Cell[], widths: readonly number[], paint: Paint): string {
  return row
    .map((cell, column) => {
      const text = textOf(cell);
      const isLast = column === row.length - 1;
      const padding = isLast ? '' : ' '.repeat((widths[column] ?? 0) - text.length);
      return (typeof cell === 'string' ? text : paint(cell.colour, text)) + padding;
    })
    .join(GAP);
}
