import { textOf } from '../json.ts';
import { ageColumn, ageOf } from '../table/age.ts';
import { type Cell, type Column, nameColumn } from '../table/column.ts';
import { compileJsonPath } from '../table/json-path.ts';
import type { PrinterColumn } from './definition.ts';

/** Columns of a custom resource: its name, then those of the definition, or else its age. */
export function printerColumns(columns: readonly PrinterColumn[]): Column[] {
  if (columns.length === 0) return [nameColumn, ageColumn];
  return [nameColumn, ...columns.map(asColumn)];
}

function asColumn(definition: PrinterColumn): Column {
  const read = compileJsonPath(definition.jsonPath);
  return {
    name: definition.name,
    type: definition.type as Column['type'],
    format: definition.format ?? '',
    description:
      definition.description ?? 'Custom resource definition column (in JSONPath format): ' + definition.jsonPath,
    priority: definition.priority ?? 0,
    cell: (object, now) => cellFor(definition.type, read(object)[0], now),
  };
}

function cellFor(type: string, value: unknown, now: number): Cell {
  if (value === undefined || value === null) return null;
  if (type === 'string') return typeof value === 'object' ? JSON.stringify(value) : textOf(value);
  if (type === 'date') return typeof value === 'string' ? ageOf(value, now) : null;
  if (type === 'boolean') return typeof value === 'boolean' ? value : null;
  if (typeof value !== 'number') return null;
  return type === 'integer' ? Math.trunc(value) : value;
}
