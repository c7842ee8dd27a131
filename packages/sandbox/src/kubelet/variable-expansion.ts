/**
 * Replaces `$(NAME)` with its value, as in env, command and args. Unknown names are kept, and `$$(NAME)` is an escape.
 */
export function expandVariables(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (match, name: string | undefined) =>
    name === undefined ? '$' : (environment[name] ?? match),
  );
}
