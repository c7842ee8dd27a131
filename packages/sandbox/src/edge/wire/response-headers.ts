/** Carries an origin's headers past HTTP/2, which would lower-case their names and refuse some of them. */
export const RESPONSE_HEADERS = 'cf-cloudflared-response-headers';

/** Tells who has answered: the origin, or cloudflared itself. */
export const RESPONSE_META = 'cf-cloudflared-response-meta';

/** Content of the meta header. */
export interface ResponseMeta {
  readonly src: 'origin' | 'cloudflared';
  readonly flow_rate_limited?: boolean;
}

/** A header as it was written. Repeated names are repeated. */
export type Header = readonly [name: string, value: string];

const INTERNAL = /^(?::|cf-int-|cf-cloudflared-|cf-proxy-)/i;
const BASE64 = /^[A-Za-z0-9+/]*$/;

/** Packs an origin's headers: names in Go's canonical case, base64 without padding. Those that only the edge may set are dropped. */
export function encodeResponseHeaders(headers: readonly Header[]): string {
  return headers
    .filter(([name]) => !INTERNAL.test(name))
    .map(([name, value]) => `${toBase64(canonicalName(name))}:${toBase64(value)}`)
    .join(';');
}

/** Unpacks headers. A pair that is none is left out. */
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
