import { quotedPattern } from '../pattern.ts';
import type { PathRewrite } from '../model/proxy-rule.ts';
import type { PathMatch } from '../model/route.ts';
import type { JsonObject } from './envoy-json.ts';

/**
 * A path as clients send it. cloudflared compares paths after decoding them and Envoy before, so characters that no
 * client sends as they are have to be encoded.
 */
export function rawPath(path: string): string {
  return path.replaceAll(UNSENT, (character) => encodeURIComponent(character));
}

/** What browsers encode in a path, and what would not belong to it; also a percent sign that encodes nothing. */
const UNSENT = /[^\u0021-\u007e]|["#<>?^`{}]|%(?![0-9A-Fa-f]{2})/gu;

/** What a prefix matches, without a slash at the end: empty if that is every path. */
export function prefixOf(path: PathMatch | undefined): string {
  return path === undefined ? '' : rawPath(path.value.replace(/\/+$/, ''));
}

/** How Envoy changes the path of a request that it passes on. */
export function pathRewrite({ type, value }: PathRewrite, path: PathMatch | undefined): JsonObject {
  const target = rawPath(value);
  return type === 'Full' ? pattern('^/.*$', target) : prefixRewrite(target.replace(/\/+$/, ''), prefixOf(path));
}

/** `/foo/x` becomes `/x` if nothing takes the place of `/foo`, so the slash behind the prefix goes too. */
function prefixRewrite(replacement: string, prefix: string): JsonObject {
  if (replacement !== '') return { prefix_rewrite: prefix === '' ? `${replacement}/` : replacement };
  return prefix === '' ? {} : pattern(`^${quotedPattern(prefix)}/*`, '/');
}

function pattern(regex: string, text: string): JsonObject {
  return { regex_rewrite: { pattern: { regex }, substitution: text.replaceAll('\\', String.raw`\\`) } };
}

/** Where a redirect leads. */
export function pathRedirect(rewrite: PathRewrite, path: PathMatch | undefined): JsonObject {
  return rewrite.type === 'Full' ? { path_redirect: rawPath(rewrite.value) } : pathRewrite(rewrite, path);
}
