/** Reads from the proxy's configuration for which hostnames it has routes. */
import { ROUTES_FILE } from './files.ts';

/** The domains of a virtual host. No text has unescaped quotes inside, and no hostname has brackets. */
const DOMAINS = /"domains": ?\[([^\]]*)\]/g;
const TEXT = /"([^"\\]*)"/g;

export function hostnamesIn(files: Readonly<Record<string, string>>): ReadonlySet<string> {
  const lists = [...(files[ROUTES_FILE] ?? '').matchAll(DOMAINS)].map(([, list = '']) => list);
  return new Set(lists.flatMap((list) => [...list.matchAll(TEXT)].map(([, name = '']) => name)));
}
