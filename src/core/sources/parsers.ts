/** The languages that annotations borrow. Packages read them, so the readers are handed in. */
export interface Parsers {
  /** One YAML document as plain JSON values. */
  readonly readYaml: (text: string) => { readonly value: unknown } | { readonly problem: string };
  /** Why a text is no pattern that cloudflared can use; `undefined`: it is one. */
  readonly patternProblem: (pattern: string) => string | undefined;
}
