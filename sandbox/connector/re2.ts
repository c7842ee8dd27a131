/** Look-around and back-references: what JavaScript has and RE2, in linear time, cannot have. */
const UNSUPPORTED = /\(\?(?:[=!]|<[=!])|\\[1-9]|\\k</;

/**
 * Compiles a Go (RE2) pattern, unanchored as cloudflared uses it. Throws Go's kind of message for a bad one.
 * Only the syntax differences seen in paths are translated: leading flags, named groups and `\z`.
 */
export function compileRe2(pattern: string): RegExp {
  const unsupported = UNSUPPORTED.exec(pattern.replaceAll('\\\\', ''));
  if (unsupported !== null) {
    throw new Error(`error parsing regexp: invalid or unsupported Perl syntax: \`${unsupported[0]}\``);
  }
  const [prefix = '', flags = ''] = /^\(\?([ims]+)\)/.exec(pattern) ?? [];
  const source = pattern.slice(prefix.length).replaceAll('(?P<', '(?<').replaceAll('\\z', '$(?![\\s\\S])');
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw new Error(`error parsing regexp: ${(error as Error).message}: \`${pattern}\``, { cause: error });
  }
}
