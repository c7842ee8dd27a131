import { dump, loadAll } from 'js-yaml';

const STYLE = { lineWidth: -1, noRefs: true } as const;

/** A value as a YAML document. */
export function writeYaml(value: unknown): string {
  return dump(value, STYLE);
}

/** The documents of a YAML or JSON text, without empty ones; a string is an error message. */
export function readDocuments(text: string): readonly unknown[] | string {
  try {
    return [...loadAll(text)].filter((document) => document !== undefined && document !== null);
  } catch (error) {
    return String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
  }
}
