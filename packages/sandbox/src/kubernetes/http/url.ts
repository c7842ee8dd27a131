import type { IncomingMessage } from 'node:http';

/** Path and query as sent. `URL` rejects some paths that clients can send, such as `//`. */
export function urlOf({ url = '/' }: IncomingMessage): { pathname: string; search: string } {
  const [pathname = '/', ...search] = url.split('?');
  return { pathname, search: search.join('?') };
}
