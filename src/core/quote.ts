const MAX_QUOTE = 80;

/** A person's own words in a message, no longer than it takes to know them again. */
export function quoted(text: string): string {
  return `"${text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE)}...` : text}"`;
}

const MAX_LISTED = 20;

/** A list in a message; of a long one the beginning, and how much there is of the rest. */
export function listed(items: readonly string[]): string {
  const rest = items.length - MAX_LISTED;
  return rest <= 0 ? items.join(', ') : `${items.slice(0, MAX_LISTED).join(', ')} and ${rest} more`;
}
