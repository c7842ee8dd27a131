import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Header } from '../edge/wire/response-headers.ts';
import type { TunnelRequest } from './tunnel-request.ts';

export interface HeaderSettings {
  /** `httpHostHeader`: replaces the public host name; empty keeps it. */
  readonly hostHeader: string;
  readonly connectorId: string;
}

/** Headers that concern one connection only. */
const HOP_BY_HOP = new Set(
  'connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
);

/** What the origin is told: the visitor's headers, the host name, and who brings the request. */
export function originHeaders(
  request: TunnelRequest,
  { hostHeader, connectorId }: HeaderSettings,
): OutgoingHttpHeaders {
  const kept = Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.has(name));
  return {
    ...Object.fromEntries(kept),
    host: hostHeader || request.host,
    ...(hostHeader !== '' && { 'x-forwarded-host': request.host }),
    'cf-warp-tag-id': connectorId,
  };
}

/** An origin's headers, as often as it has sent them. */
export function answerHeaders(answer: IncomingMessage): Header[] {
  return headerPairs(answer.rawHeaders).filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
}

/** Names and values in turn, as Node reports raw headers, made pairs. */
export function headerPairs(raw: readonly string[]): Header[] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : []));
}
