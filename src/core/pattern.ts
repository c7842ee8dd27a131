/** An RE2 pattern for a text itself: the same as RE2's QuoteMeta. */
export function quotedPattern(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
