const MAX_QUOTE = 80;

/** Quotes user input in a message, truncated. */
export function quoted(text: string): string {
  return `"${truncate(text, MAX_QUOTE)}"`;
}

const MAX_LISTED = 20;
const MAX_ITEM = 1000;

/**
 * A list in a message. A long list is truncated and ends in the number of remaining items. The text has at most 22,000
 * characters, which fits into the 32,768 that a condition may have.
 */
export function listed(items: readonly string[], separator = ', '): string {
  const rest = items.length - MAX_LISTED;
  const shown = items.slice(0, MAX_LISTED).map((item) => truncate(item, MAX_ITEM));
  return `${shown.join(separator)}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function truncate(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
