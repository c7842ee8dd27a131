/** Parsers of the languages that annotations borrow. Packages implement them, so they are passed in. */
export interface Parsers {
  /** Reads one YAML document as plain JSON values. */
  readonly readYaml: (text: string) => { readonly value: unknown } | { readonly problem: string };
  /** Why cloudflared cannot use a text as a pattern; `undefined` if it can. */
  readonly patternProblem: (pattern: string) => string | undefined;
}
