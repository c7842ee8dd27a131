/** Protocols that cloudflared supports for an origin. */
export const PROTOCOLS = ['http', 'https', 'tcp', 'ssh', 'rdp', 'smb'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** The protocol in the URL of an origin. */
export function schemeOf(origin: string): string {
  return origin.slice(0, origin.indexOf(':'));
}
