/** Encodes the headers of an origin, because HTTP/2 would lower-case their names and reject some of them. */
export const RESPONSE_HEADERS = 'cf-cloudflared-response-headers';

/** Whether the origin or cloudflared itself has responded. */
export const RESPONSE_META = 'cf-cloudflared-response-meta';

/** Content of the meta header. */
export interface ResponseMeta {
  readonly src: 'origin' | 'cloudflared';
  readonly flow_rate_limited?: boolean;
}

/** A header with its original case. Repeated names are repeated. */
export type Header = readonly [name: string, value: string];

const INTERNAL = /^(?::|cf-int-|cf-cloudflared-|cf-proxy-)/i;
const BASE64 = /^[A-Za-z0-9+/]*$/;

/**
 * Encodes the headers of an origin: names in Go's canonical case, base64 without padding. Headers that only the edge
 * may set are dropped.
 */
export function encodeResponseHeaders(headers: readonly Header[]): string {
  return headers
    .filter(([name]) => !INTERNAL.test(name))
    .map(([name, value]) => `${toBase64(canonicalName(name))}:${toBase64(value)}`)
    .join(';');
}

/** Decodes headers. Skips malformed pairs. */
export function decodeResponseHeaders(text: string): Header[] {
  return text.split(';').flatMap((pair) => {
    const [name = '', value, ...more] = pair.split(':');
    const isPair = value !== undefined && more.length === 0 && name !== '' && BASE64.test(name) && BASE64.test(value);
    return isPair ? [[fromBase64(name), fromBase64(value)] as const] : [];
  });
}

/** `content-TYPE` becomes `Content-Type`. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** Header values are bytes, one per character in Node. */
function toBase64(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64').replace(/=+$/, '');
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('latin1');
}
