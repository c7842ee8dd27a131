/** Environment variables, in which a proxy may be named. Node's own agents go through it and heed `NO_PROXY`. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that is named for URLs of a protocol. Throws for one that Node would skip in silence, or refuse in words
 * that quote its password.
 */
export function proxyFor(protocol: string, env: ProxyEnvironment): URL | undefined {
  const name = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const value = env[name.toLowerCase()] || env[name];
  if (!value) return undefined;
  const url = URL.parse(value);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new Error(`${name} must be an http or https URL, as in http://proxy.example.com:3128`);
}
