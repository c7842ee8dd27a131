/** A parsed value, or why the text is invalid. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };
