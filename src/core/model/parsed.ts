/** A value, or why a text is none. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };
