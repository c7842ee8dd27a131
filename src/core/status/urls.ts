/** How the hostnames of a Service are written into its condition, and recognised there. */
import { listed } from '../quote.ts';
import { schemeOf } from '../model/protocol.ts';
import type { Route } from '../model/route.ts';
import type { Report } from './conditions.ts';

/** Parts the URLs from what a person should know of them. */
export const BESIDES = '; ';

/** Parts the URLs from what a visitor gets there instead of an answer. */
export const ANSWERED_BY = ': ';

/** Whether the condition says what it would say of these routes. After a restart nothing else is known of before. */
export function isSaid(routes: readonly Route[], { message }: Pick<Report, 'message'>): boolean {
  const said = urls(routes);
  return message === said || [BESIDES, ANSWERED_BY].some((mark) => message.startsWith(said + mark));
}

export function urls(routes: readonly Route[]): string {
  return listed(routes.map(urlOf));
}

/** What a visitor opens; what is no website is opened with `cloudflared access`, which takes the hostname. */
function urlOf({ hostname, path, origin }: Route): string {
  const protocol = schemeOf(origin);
  const scheme = protocol.startsWith('http') ? 'https' : protocol;
  if (path === undefined) return `${scheme}://${hostname}`;
  return path.type === 'Regex'
    ? `${scheme}://${hostname} (paths like ${path.value})`
    : `${scheme}://${hostname}${path.value}`;
}
