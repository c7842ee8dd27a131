import { load } from 'js-yaml';
import type { Parsers } from '../../core/sources/parsers.ts';

/** More than any annotation needs. */
const MAX_DEPTH = 8;

/**
 * Reads one YAML document as JSON values. Aliases are refused, because a short text could expand to a huge one. Dates and
 * other types that JSON lacks are strings.
 */
export const readYaml: Parsers['readYaml'] = (text) => {
  try {
    return { value: load(text, { maxAliases: 0, maxDepth: MAX_DEPTH }) };
  } catch (error) {
    return { problem: firstLineOf(error) };
  }
};

/** The first line says what is wrong and where. The others show the text around it. */
function firstLineOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
}
