/** A method of a gRPC service is a path: `/service/method`. */
import type { GrpcRouteMatch } from '../../../api/gateway-routes.ts';
import type { ReadMatch } from '../../gateway/rule.ts';
import { readValues } from '../../gateway/values.ts';
import type { Parsed } from '../../model/parsed.ts';
import type { PathMatch } from '../../model/route.ts';
import { quotedPattern } from '../../pattern.ts';
import { quoted } from '../../quote.ts';
import { literalProblem } from '../literal-path.ts';
import type { Parsers } from '../parsers.ts';

export function readMatch(match: GrpcRouteMatch, { patternProblem }: Parsers): Parsed<ReadMatch> {
  const path = readMethod(match.method, patternProblem);
  const headers = readValues(match.headers ?? [], (name) => name.toLowerCase(), patternProblem);
  if ('problem' in path) return path;
  if ('problem' in headers) return headers;
  return {
    value: {
      ...(path.value === undefined ? {} : { path: path.value }),
      ...(headers.value.length === 0 ? {} : { match: { headers: headers.value } }),
    },
  };
}

function readMethod(
  { type = 'Exact', service = '', method = '' }: NonNullable<GrpcRouteMatch['method']> = {},
  patternProblem: Parsers['patternProblem'],
): Parsed<PathMatch | undefined> {
  if (service === '' && method === '') return { value: undefined };
  if (type === 'Exact') return exactMethod(service, method);
  if (type !== 'RegularExpression')
    return { problem: `${quoted(type)} is not a type of method match that is supported` };
  const pattern = `^/${group(service)}/${group(method)}$`;
  const why = patternProblem(pattern);
  return why === undefined
    ? { value: { type: 'Regex', value: pattern } }
    : { problem: `${quoted(service === '' ? method : service)} ${why}` };
}

function exactMethod(service: string, method: string): Parsed<PathMatch> {
  const path = service === '' ? `/${method}` : `/${service}${method === '' ? '' : `/${method}`}`;
  const why = literalProblem(path);
  if (why !== undefined) return { problem: `${quoted(path)} ${why}` };
  if (service === '') return { value: { type: 'Regex', value: `^/[^/]+${quotedPattern(path)}$` } };
  return { value: { type: method === '' ? 'Prefix' : 'Exact', value: path } };
}

/** Any segment, or one that a pattern matches. */
function group(pattern: string): string {
  return pattern === '' ? '[^/]+' : `(?:${pattern})`;
}
