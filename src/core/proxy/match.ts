/** Which requests of a hostname a route is for. */
import type { RequestMatch, ValueMatch } from '../model/proxy-rule.ts';
import type { PathMatch } from '../model/route.ts';
import { quotedPattern } from '../pattern.ts';
import type { Json, JsonObject } from './envoy-json.ts';
import { prefixOf, rawPath } from './path.ts';

export function matchFor(path: PathMatch | undefined, match: RequestMatch = {}): JsonObject {
  const { method, headers = [], query = [] } = match;
  const methodMatch: readonly Json[] = method === undefined ? [] : [valueMatch({ name: ':method', value: method })];
  const headerMatches = [
    ...methodMatch,
    ...headers.map((header) => valueMatch({ ...header, name: headerName(header) })),
  ];
  return {
    ...pathMatch(path),
    headers: headerMatches.length === 0 ? undefined : headerMatches,
    query_parameters: query.length === 0 ? undefined : query.map(queryMatch),
  };
}

/** Envoy compares the path alone, without the query, and a pattern with all of it. */
function pathMatch(path: PathMatch | undefined): JsonObject {
  if (path === undefined) return { prefix: '/' };
  if (path.type === 'Exact') return { path: rawPath(path.value) };
  if (path.type === 'Regex') return { safe_regex: { regex: `(?s).*(?:${path.value}).*` } };
  const prefix = prefixOf(path);
  return prefix === '' ? { prefix: '/' } : { path_separated_prefix: prefix };
}

function valueMatch({ name, value, isPattern }: ValueMatch): JsonObject {
  return { name, string_match: isPattern === true ? { safe_regex: { regex: value } } : { exact: value } };
}

/** Envoy compares what clients send, and most characters can be sent encoded. */
function queryMatch(match: ValueMatch): JsonObject {
  const isSentAsItIs = match.isPattern === true || /^[-._~A-Za-z0-9]*$/.test(match.value);
  return valueMatch(isSentAsItIs ? match : { ...match, value: encodedPattern(match.value), isPattern: true });
}

function encodedPattern(value: string): string {
  return value.replaceAll(/[^-_~A-Za-z0-9]/gu, (character) => {
    const encoded = encodeURIComponent(character);
    const forms = character === ' ' ? ['%20', '[+]'] : [quotedPattern(character), `(?i:${encoded})`];
    return `(?:${forms.join('|')})`;
  });
}

/** HTTP/2 carries the Host header under another name, and Envoy treats HTTP/1.1 alike. */
function headerName({ name }: ValueMatch): string {
  return name === 'host' ? ':authority' : name;
}
