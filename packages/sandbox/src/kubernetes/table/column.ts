import type { KubeObject } from '../api.ts';

/** The value of a table cell. */
export type Cell = string | number | boolean | null;

/** A column of a Table, as `kubectl get` prints it. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** `name` marks the column that identifies the row. */
  readonly format: string;
  readonly description: string;
  /** Above 0: shown only with `-o wide`. */
  readonly priority: number;
  cell(object: KubeObject, now: number): Cell;
}

/** A column of the default view. */
export function column(name: string, cell: Column['cell'], type: Column['type'] = 'string'): Column {
  return { name, type, format: '', description: '', priority: 0, cell };
}

/** A column shown only with `-o wide`. */
export function wideColumn(name: string, cell: Column['cell']): Column {
  return { ...column(name, cell), priority: 1 };
}

/** The first column of every table. */
export const nameColumn: Column = {
  ...column('Name', (object) => object.metadata.name),
  format: 'name',
  description: 'Name must be unique within a namespace.',
};
