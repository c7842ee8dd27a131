import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http2';
import { hopByHop } from './hop-by-hop.ts';

/** The visitor and the connection to the edge. */
export interface Visitor {
  readonly address: string;
  /** Two letters, or XX if it is unknown. */
  readonly country: string;
  /** The common name of a verified client certificate. */
  readonly certificate: string | undefined;
  readonly scheme: 'http' | 'https';
  /** The requested hostname, without a port. */
  readonly host: string;
  /** As the visitor names it. cloudflared ignores a port in it. */
  readonly authority: string;
  readonly ray: string;
}

/**
 * Reserved for edge and connector. Those of a visitor are removed, because they would be forged. Assumption: so are the
 * credentials of service tokens, which are for the edge.
 */
const INTERNAL =
  /^(?:cf-(?:cloudflared|int|proxy)-|cf-access-(?:jwt-assertion|authenticated-user-email|client-id|client-secret)$|sandbox-visitor-)/;

/** The request headers for a connector: those of the visitor, and those of the edge, which take precedence. */
export function tunnelHeaders(
  request: Pick<IncomingMessage, 'headers' | 'method' | 'url'>,
  visitor: Visitor,
): OutgoingHttpHeaders {
  const { headers } = request;
  const endsHere = hopByHop(headers.connection);
  const kept = Object.entries(headers).filter(([name]) => name !== 'host' && !endsHere(name) && !INTERNAL.test(name));
  return {
    ...Object.fromEntries(kept),
    ...(acceptsTrailers(headers) && { te: 'trailers' }),
    ':method': request.method ?? 'GET',
    ':path': pathOf(request.url),
    ':authority': visitor.authority,
    ...addedHeaders(headers, visitor),
  };
}

/** Assumption: the usual headers of the edge, which zone settings can change. */
function addedHeaders(headers: IncomingHttpHeaders, { address, country, scheme, ray }: Visitor): OutgoingHttpHeaders {
  const forwarded = headers['x-forwarded-for'];
  return {
    'cdn-loop': 'cloudflare; loops=1',
    'cf-connecting-ip': address,
    'cf-ipcountry': country,
    'cf-ray': ray,
    'cf-visitor': JSON.stringify({ scheme }),
    'x-forwarded-for': forwarded === undefined ? address : `${String(forwarded)}, ${address}`,
    'x-forwarded-proto': scheme,
  };
}

/** `trailers` is the only value that HTTP/2 allows. gRPC requires it. */
function acceptsTrailers({ te }: IncomingHttpHeaders): boolean {
  return String(te ?? '')
    .toLowerCase()
    .split(/\s*,\s*/)
    .includes('trailers');
}

/** A client that uses the edge as a proxy sends an absolute URL. */
export function pathOf(url = '/'): string {
  return url.replace(/^https?:\/\/[^/?#]*/i, '') || '/';
}
