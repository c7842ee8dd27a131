/** Writes the URLs of a Service into its condition, and recognizes them there. */
import { listed } from '../quote.ts';
import { schemeOf } from '../model/protocol.ts';
import type { Route } from '../model/route.ts';
import type { Report } from './conditions.ts';

/** Separates the URLs from warnings. */
export const WARNING_SEPARATOR = '; ';

/** Separates the URLs from the error that visitors get. */
export const ERROR_SEPARATOR = ': ';

/** Whether a condition lists the URLs of these routes. After a restart, the condition is the only record of the past. */
export function describesRoutes(routes: readonly Route[], { message }: Pick<Report, 'message'>): boolean {
  const text = urls(routes);
  const separators = [WARNING_SEPARATOR, ERROR_SEPARATOR];
  return message === text || separators.some((separator) => message.startsWith(text + separator));
}

export function urls(routes: readonly Route[]): string {
  return listed(routes.map(urlOf));
}

/**
 * The URL that a visitor opens. Other protocols than HTTP are opened with `cloudflared access`. What speaks at a name of
 * the local network is not known.
 */
export function urlOf({ hostname, path, origin, addresses }: Route): string {
  if (addresses !== undefined) return `${hostname} at ${listed(addresses, ' and ')}`;
  const protocol = schemeOf(origin);
  const scheme = protocol.startsWith('http') ? 'https' : protocol;
  if (path === undefined) return `${scheme}://${hostname}`;
  return path.type === 'Regex'
    ? `${scheme}://${hostname} (paths like ${path.value})`
    : `${scheme}://${hostname}${path.value}`;
}
