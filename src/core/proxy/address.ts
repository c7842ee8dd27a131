/** Whether a text is an IP address, and not a name. */
export function isAddress(text: string): boolean {
  return /^[0-9.]+$/.test(text) || text.includes(':');
}
