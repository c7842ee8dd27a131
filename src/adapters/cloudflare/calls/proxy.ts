/** Environment variables that may name a proxy. Node's agents read them and respect `NO_PROXY`. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for URLs of a protocol. Throws for a value that Node ignores silently, or rejects with a message that shows
 * its password.
 */
export function proxyFor(protocol: string, env: ProxyEnvironment): URL | undefined {
  const name = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const value = env[name.toLowerCase()] || env[name];
  if (!value) return undefined;
  const url = URL.parse(value);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new Error(`${name} must be an http or https URL, as in http://proxy.example.com:3128`);
}
