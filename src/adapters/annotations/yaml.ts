import { load } from 'js-yaml';
import type { Parsers } from '../../core/sources/parsers.ts';

/** Lists of mappings of mappings: nothing in an annotation lies deeper. */
const MAX_DEPTH = 8;

/**
 * One YAML document as plain JSON values. Aliases are refused, so that a short text cannot stand for an endless one;
 * dates and other things that JSON does not know stay texts.
 */
export const readYaml: Parsers['readYaml'] = (text) => {
  try {
    return { value: load(text, { maxAliases: 0, maxDepth: MAX_DEPTH }) };
  } catch (error) {
    return { problem: firstLineOf(error) };
  }
};

/** The first line says what and where; the others draw a picture of it. */
function firstLineOf(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
}
