/** Protocols that cloudflared speaks with an origin. */
export const PROTOCOLS = ['http', 'https', 'tcp', 'ssh', 'rdp', 'smb'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** The protocol of an origin. */
export function schemeOf(origin: string): string {
  return origin.slice(0, origin.indexOf(':'));
}
