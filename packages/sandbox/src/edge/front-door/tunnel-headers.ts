import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http2';
import { hopByHop } from './hop-by-hop.ts';

/** Who visits, and by which way. */
export interface Visitor {
  readonly address: string;
  readonly scheme: 'http' | 'https';
  /** The host name asked for, without a port. */
  readonly host: string;
  readonly ray: string;
}

/** Spoken between edge and connector only: a visitor who sends one is pretending. */
const INTERNAL = /^cf-(?:cloudflared|int|proxy)-/;

/** The request headers for a connector: those of the visitor, and those of the edge, which override the visitor's. */
export function tunnelHeaders(request: IncomingMessage, visitor: Visitor): OutgoingHttpHeaders {
  const { headers } = request;
  const endsHere = hopByHop(headers.connection);
  const kept = Object.entries(headers).filter(([name]) => name !== 'host' && !endsHere(name) && !INTERNAL.test(name));
  return {
    ...Object.fromEntries(kept),
    ...(acceptsTrailers(headers) && { te: 'trailers' }),
    ':method': request.method ?? 'GET',
    ':path': pathOf(request.url),
    ':authority': visitor.host,
    ...addedHeaders(headers, visitor),
  };
}

/** Assumption: this is the edge's usual set; zone settings add or remove some. The country of a visitor is unknown: XX. */
function addedHeaders(headers: IncomingHttpHeaders, { address, scheme, ray }: Visitor): OutgoingHttpHeaders {
  const forwarded = headers['x-forwarded-for'];
  return {
    'cdn-loop': 'cloudflare; loops=1',
    'cf-connecting-ip': address,
    'cf-ipcountry': 'XX',
    'cf-ray': ray,
    'cf-visitor': JSON.stringify({ scheme }),
    'x-forwarded-for': forwarded === undefined ? address : `${String(forwarded)}, ${address}`,
    'x-forwarded-proto': scheme,
  };
}

/** The only value that HTTP/2 allows. gRPC needs it. */
function acceptsTrailers({ te }: IncomingHttpHeaders): boolean {
  return String(te ?? '')
    .toLowerCase()
    .split(/\s*,\s*/)
    .includes('trailers');
}

/** A client that uses the edge as a proxy sends an absolute URL. */
function pathOf(url = '/'): string {
  return url.replace(/^https?:\/\/[^/?#]*/i, '') || '/';
}
