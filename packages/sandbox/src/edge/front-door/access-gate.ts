import type { IncomingHttpHeaders } from 'node:http';
import type { EdgePage } from './error-page.ts';
import type { Visitor } from './tunnel-headers.ts';

/** A request before Access. */
export interface AccessVisit extends Pick<Visitor, 'address' | 'country' | 'certificate' | 'host'> {
  /** Path and query, as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** What Access decides about a request. */
export type AccessDecision =
  /** Nothing protects the host and path, or a policy says that nothing shall. */
  | { readonly kind: 'open' }
  /** The request may pass, with headers that tell the origin who it is. */
  | { readonly kind: 'admitted'; readonly headers: Readonly<Record<string, string>> }
  /** The request may not pass. */
  | { readonly kind: 'answered'; readonly page: EdgePage };

/** Cloudflare Access as the edge uses it. */
export interface AccessGate {
  judge(visit: AccessVisit): AccessDecision;
  /** A page of a team's own site, `<team>.cloudflareaccess.com`. Undefined for any other host. */
  site(host: string, path: string): EdgePage | undefined;
}
