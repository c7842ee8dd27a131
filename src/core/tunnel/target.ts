/** The target of a tunnel's DNS records. */
export function targetOf(tunnelId: string): string {
  return `${tunnelId}.cfargotunnel.com`;
}
