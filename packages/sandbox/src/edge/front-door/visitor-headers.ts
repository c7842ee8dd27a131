import {
  decodeResponseHeaders,
  type Header,
  RESPONSE_HEADERS,
  RESPONSE_META,
  type ResponseMeta,
} from '../wire/response-headers.ts';
import { hopByHop } from './hop-by-hop.ts';
import type { TunnelAnswer } from './exchange.ts';

/** Headers that the edge replaces. */
const OWN = new Set(['server', 'cf-ray']);

/** The response headers for the visitor: those of the origin, unchanged and with repetitions, and those of the edge. */
export function visitorHeaders(answer: TunnelAnswer, ray: string): Header[] {
  const headers = originHeaders(answer);
  const endsHere = hopByHop(valueOf(headers, 'connection'));
  const kept = headers.filter(([name]) => !OWN.has(name.toLowerCase()) && !endsHere(name.toLowerCase()));
  const hasDate = valueOf(kept, 'date') !== undefined;
  return [
    ...(hasDate ? [] : [['Date', new Date().toUTCString()] as const]),
    ...kept,
    ['Server', 'cloudflare'],
    ['CF-RAY', ray],
  ];
}

/** The origin headers that a connector has encoded. */
export function originHeaders(answer: TunnelAnswer): Header[] {
  return decodeResponseHeaders(String(answer[RESPONSE_HEADERS] ?? ''));
}

/** The first value of a header, ignoring case. */
export function valueOf(headers: readonly Header[], wanted: string): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** Whether the response is an error of the connector rather than a response of the origin. */
export function isConnectorFailure(answer: TunnelAnswer): boolean {
  return answer[':status'] === 502 && sourceOf(String(answer[RESPONSE_META] ?? '{}')) === 'cloudflared';
}

function sourceOf(meta: string): ResponseMeta['src'] | undefined {
  try {
    return (JSON.parse(meta) as Partial<ResponseMeta>).src;
  } catch {
    return undefined;
  }
}
