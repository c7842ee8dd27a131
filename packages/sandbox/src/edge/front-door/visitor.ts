import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Visitor } from './tunnel-headers.ts';

interface Arrival {
  readonly address: string | undefined;
  /** The host as the visitor names it. */
  readonly host: string | undefined;
  readonly scheme: Visitor['scheme'];
  readonly headers: IncomingHttpHeaders;
}

/**
 * Headers with which a test says who visits, because on this machine everybody is 127.0.0.1. They go no further. The
 * certificate stands for one that the edge has verified, by its common name.
 */
export const VISITOR_HEADERS = {
  address: 'sandbox-visitor-address',
  country: 'sandbox-visitor-country',
  certificate: 'sandbox-visitor-certificate',
} as const;

export function describeVisitor({ address = '127.0.0.1', host = '', scheme, headers }: Arrival): Visitor {
  const told = (header: string): string | undefined => headers[header]?.toString();
  return {
    address: told(VISITOR_HEADERS.address) ?? address,
    country: told(VISITOR_HEADERS.country) ?? 'XX',
    certificate: told(VISITOR_HEADERS.certificate),
    scheme,
    host: host.replace(/:\d+$/, ''),
    authority: host,
    ray: `${randomBytes(8).toString('hex')}-FRA`,
  };
}
