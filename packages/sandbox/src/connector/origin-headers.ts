import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { canonicalName, type Header } from '../edge/wire/response-headers.ts';
import type { TunnelRequest } from './tunnel-request.ts';

export interface HeaderSettings {
  /** `httpHostHeader`: replaces the public host name; empty keeps it. */
  readonly hostHeader: string;
  readonly connectorId: string;
}

/** By canonical name; never empty. */
export type OriginHeaders = Readonly<Record<string, string | string[]>>;

/** Headers about message framing, which each connection has its own. */
const FRAMING = new Set(['transfer-encoding', 'trailer']);

/** The request headers for the origin: those of the visitor, the host name, and the connector. */
export function originHeaders(request: TunnelRequest, { hostHeader, connectorId }: HeaderSettings): OriginHeaders {
  const { headers, host, isBodyless } = request;
  const endsHere = (name: string) => FRAMING.has(name) || (isBodyless && name === 'content-length');
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || endsHere(name) ? [] : [[canonicalName(name), value] as const],
  );
  return {
    ...Object.fromEntries(kept),
    Host: hostHeader || host,
    ...(hostHeader !== '' && { 'X-Forwarded-Host': host }),
    'Cf-Warp-Tag-Id': connectorId,
    ...(asksForGzip(request) && { 'Accept-Encoding': 'gzip' }),
  };
}

/** Go requests gzip when the visitor does not, and decompresses the response. */
export function asksForGzip({ method, headers }: TunnelRequest): boolean {
  return method !== 'HEAD' && headers['accept-encoding'] === undefined && headers.range === undefined;
}

/** An origin's headers as cloudflared passes them on, as often as they were sent. */
export function answerHeaders({ rawHeaders, headers }: IncomingMessage): Header[] {
  const closes = headers.connection?.toLowerCase() === 'close';
  return headerPairs(rawHeaders).filter(([name]) => {
    const lower = name.toLowerCase();
    return !FRAMING.has(lower) && !(closes && lower === 'connection');
  });
}

/** The headers of a response that was decompressed. */
export function withoutPacking(headers: readonly Header[]): Header[] {
  return headers.filter(([name]) => !['content-encoding', 'content-length'].includes(name.toLowerCase()));
}

/** Whether a response is compressed although the visitor did not request it. */
export function isPackedUnasked(request: TunnelRequest, headers: IncomingHttpHeaders): boolean {
  return asksForGzip(request) && headers['content-encoding']?.toLowerCase() === 'gzip';
}

/** Names and values in turn, as Node reports raw headers, made pairs. */
export function headerPairs(raw: readonly string[]): Header[] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : []));
}
