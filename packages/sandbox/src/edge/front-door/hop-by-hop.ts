/** Hop-by-hop headers, which are never forwarded. The edge itself sends "100 Continue". */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** Returns a test for hop-by-hop headers: the standard ones, and those listed in the `Connection` header. */
export function hopByHop(connection: string | undefined): (name: string) => boolean {
  const named = new Set((connection ?? '').toLowerCase().split(/\s*,\s*/));
  return (name) => HOP_BY_HOP.has(name) || named.has(name);
}
