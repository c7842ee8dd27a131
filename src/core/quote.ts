const MAX_QUOTE = 80;

/** A person's own words in a message, no longer than it takes to know them again. */
export function quoted(text: string): string {
  return `"${clipped(text, MAX_QUOTE)}"`;
}

const MAX_LISTED = 20;
const MAX_ITEM = 1000;

/**
 * A list in a message; of a long one the beginning, and how much there is of the rest. At most 22,000 characters: a
 * condition may have 32,768.
 */
export function listed(items: readonly string[], separator = ', '): string {
  const rest = items.length - MAX_LISTED;
  const shown = items.slice(0, MAX_LISTED).map((item) => clipped(item, MAX_ITEM));
  return `${shown.join(separator)}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function clipped(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
