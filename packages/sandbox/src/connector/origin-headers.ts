import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { canonicalName, type Header } from '../edge/wire/response-headers.ts';
import type { TunnelRequest } from './tunnel-request.ts';

export interface HeaderSettings {
  /** `httpHostHeader`: replaces the public hostname unless empty. */
  readonly hostHeader: string;
  readonly connectorId: string;
}

/** By canonical name; never empty. */
export type OriginHeaders = Readonly<Record<string, string | string[]>>;

/** Headers for message framing, which each connection sets itself. */
const FRAMING = new Set(['transfer-encoding', 'trailer']);

/** The request headers for the origin: those of the visitor, the hostname, and those of the connector. */
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

/** Like Go, requests gzip if the visitor does not, and decompresses the response. */
export function asksForGzip({ method, headers }: TunnelRequest): boolean {
  return method !== 'HEAD' && headers['accept-encoding'] === undefined && headers.range === undefined;
}

/** The headers of an origin as cloudflared forwards them, including repetitions. */
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

/** Converts Node's raw headers (alternating names and values) to pairs. */
export function headerPairs(raw: readonly string[]): Header[] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : []));
}
