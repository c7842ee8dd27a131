/** Reads the path of a route. */
import { PATH, PATH_TYPE } from '../../../api/annotations.ts';
import { quoted } from '../../quote.ts';
import type { Parsers } from '../parsers.ts';
import { PATH_TYPES, type PathMatch, type PathType, type Problem } from '../../model/route.ts';
import { type Fields, invalid } from './fields.ts';

export interface ParsedPath {
  /** Absent: every path. */
  readonly path?: PathMatch;
  readonly problems: readonly Problem[];
}

export function parsePath(words: Fields, { patternProblem }: Parsers): ParsedPath {
  const type = words.read(PATH_TYPE) ?? 'Prefix';
  const value = words.read(PATH);
  if (!isPathType(type))
    return { problems: [invalid(words.nameOf(PATH_TYPE), `${quoted(type)} must be Prefix, Exact or Regex`)] };
  if (value === undefined) return { problems: withoutPath(words) };
  const why = type === 'Regex' ? patternProblem(value) : literalProblem(value);
  if (why !== undefined) return { problems: [invalid(words.nameOf(PATH), `${quoted(value)} ${why}`)] };
  const path = { type, value: type === 'Prefix' ? value.replace(/\/$/, '') : value };
  return path.value === '' ? { problems: [] } : { path, problems: [] };
}

function isPathType(text: string): text is PathType {
  return PATH_TYPES.some((type) => type === text);
}

function withoutPath(words: Fields): readonly Problem[] {
  if (words.read(PATH_TYPE) === undefined) return [];
  return [invalid(words.nameOf(PATH_TYPE), `has no effect without ${words.nameOf(PATH)}; set that, or remove this`)];
}

const MAX_PATH = 512;

/** What could never match, since cloudflared compares the decoded path alone, is refused rather than silent. */
function literalProblem(value: string): string | undefined {
  if (!value.startsWith('/')) return 'must begin with /';
  if (value.length > MAX_PATH) return `is longer than ${MAX_PATH} characters`;
  if (/[\p{Cc}\p{Cs}]/u.test(value)) return 'must not hold control characters';
  if (/[?#]/.test(value)) return 'must be a path alone, without query or fragment';
  if (/%[0-9A-Fa-f]{2}/.test(value)) return 'must be written decoded: paths are compared after decoding';
  if (/\/\/|\/\.{1,2}(\/|$)/.test(value)) return 'must not hold empty, "." or ".." segments';
  return undefined;
}
