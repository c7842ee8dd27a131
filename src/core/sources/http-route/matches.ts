import type { HttpRouteMatch } from '../../../api/gateway-routes.ts';
import type { ReadMatch } from '../../gateway/rule.ts';
import { readValues } from '../../gateway/values.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { RequestMatch } from '../../model/proxy-rule.ts';
import type { PathMatch } from '../../model/route.ts';
import { quoted } from '../../quote.ts';
import { literalProblem } from '../literal-path.ts';
import type { Parsers } from '../parsers.ts';

export function readMatch(match: HttpRouteMatch, { patternProblem }: Parsers): Parsed<ReadMatch> {
  const path = readPath(match.path, patternProblem);
  const headers = readValues(match.headers ?? [], (name) => name.toLowerCase(), patternProblem);
  const query = readValues(match.queryParams ?? [], (name) => name, patternProblem);
  if ('problem' in path) return path;
  if ('problem' in headers) return headers;
  if ('problem' in query) return query;
  const conditions: RequestMatch = {
    ...(match.method === undefined ? {} : { method: match.method }),
    ...(headers.value.length === 0 ? {} : { headers: headers.value }),
    ...(query.value.length === 0 ? {} : { query: query.value }),
  };
  return {
    value: {
      ...(path.value === undefined ? {} : { path: path.value }),
      ...(Object.keys(conditions).length === 0 ? {} : { match: conditions }),
    },
  };
}

function readPath(
  { type = 'PathPrefix', value = '/' }: NonNullable<HttpRouteMatch['path']> = {},
  patternProblem: Parsers['patternProblem'],
): Parsed<PathMatch | undefined> {
  switch (type) {
    case 'Exact':
      return literal(value, { type, value });
    case 'PathPrefix': {
      const prefix = value.replace(/\/$/, '');
      return literal(value, prefix === '' ? undefined : { type: 'Prefix', value: prefix });
    }
    case 'RegularExpression': {
      const why = patternProblem(value);
      return why === undefined
        ? { value: { type: 'Regex', value: `^(?:${value})$` } }
        : { problem: `${quoted(value)} ${why}` };
    }
    default:
      return { problem: `${quoted(type)} is not a type of path that is supported` };
  }
}

function literal(text: string, match: PathMatch | undefined): Parsed<PathMatch | undefined> {
  const why = literalProblem(text);
  return why === undefined ? { value: match } : { problem: `${quoted(text)} ${why}` };
}
