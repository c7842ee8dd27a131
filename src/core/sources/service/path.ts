/** Parses the path of a route. */
import { PATH, PATH_TYPE } from '../../../api/annotations.ts';
import { quoted } from '../../quote.ts';
import { PATH_TYPES, type PathMatch, type PathType, type Problem } from '../../model/route.ts';
import { type Fields, invalid } from '../annotations/fields.ts';
import { literalProblem } from '../literal-path.ts';
import type { Parsers } from '../parsers.ts';

export interface ParsedPath {
  /** Absent: every path. */
  readonly path?: PathMatch;
  readonly problems: readonly Problem[];
}

export function parsePath(fields: Fields, { patternProblem }: Parsers): ParsedPath {
  const type = fields.read(PATH_TYPE) ?? 'Prefix';
  const value = fields.read(PATH);
  if (!isPathType(type))
    return { problems: [invalid(fields.nameOf(PATH_TYPE), `${quoted(type)} must be Prefix, Exact or Regex`)] };
  if (value === undefined) return { problems: typeWithoutPath(fields) };
  const why = type === 'Regex' ? patternProblem(value) : literalProblem(value);
  if (why !== undefined) return { problems: [invalid(fields.nameOf(PATH), `${quoted(value)} ${why}`)] };
  const path = { type, value: type === 'Prefix' ? value.replace(/\/$/, '') : value };
  return path.value === '' ? { problems: [] } : { path, problems: [] };
}

function isPathType(text: string): text is PathType {
  return PATH_TYPES.some((type) => type === text);
}

function typeWithoutPath(fields: Fields): readonly Problem[] {
  if (fields.read(PATH_TYPE) === undefined) return [];
  return [invalid(fields.nameOf(PATH_TYPE), `has no effect without ${fields.nameOf(PATH)}; set that, or remove this`)];
}
