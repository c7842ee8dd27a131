import type { Gateway } from '../../api/gateway-objects.ts';
import type { ObjectKey } from '../../api/objects.ts';

/** The limit for the name of a Tunnel. */
const MAX_NAME = 50;

/** The Tunnel that is created for a Gateway: of its name or, if that is too long, of its beginning and a digest. */
export function ownTunnelOf({ metadata }: Gateway): ObjectKey {
  return `${metadata.namespace ?? ''}/${tunnelNameOf(metadata.name)}`;
}

export function tunnelNameOf(gateway: string): string {
  if (gateway.length <= MAX_NAME) return gateway;
  const end = `-${digestOf(gateway)}`;
  return gateway.slice(0, MAX_NAME - end.length).replace(/[^a-z0-9]+$/, '') + end;
}

/** FNV-1a, with 32 bits. It tells apart long names that begin alike, and is the same in every cluster. */
function digestOf(text: string): string {
  const hash = [...text].reduce((sum, char) => Math.imul(sum ^ char.charCodeAt(0), 0x01_00_01_93), 0x81_1c_9d_c5);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
