/** Replaces `$(NAME)` by its value, as in env, command and args: unknown names stay, `$$(NAME)` is an escape. */
export function expandVariables(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (match, name: string | undefined) =>
    name === undefined ? '$' : (environment[name] ?? match),
  );
}
