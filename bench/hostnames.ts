import type { Size } from './case.ts';

/** The request of one Service of the bench. */
export interface Exposure {
  readonly service: string;
  readonly tunnel: string;
  readonly zone: string;
  readonly hostname: string;
}

/** Names of the Tunnel objects. */
export function tunnelNames({ tunnels }: Size): readonly string[] {
  return Array.from({ length: tunnels }, (_, index) => `edge-${index}`);
}

/** Names of the zones of the account. */
export function zoneNames({ zones }: Size): readonly string[] {
  return Array.from({ length: zones }, (_, index) => `zone-${index}.example`);
}

/**
 * The exposure of the nth Service. Every Tunnel has hostnames in every zone, which is the most expensive distribution.
 */
export function exposureOf(size: Size, index: number, label = 'app'): Exposure {
  const zone = `zone-${Math.floor(index / size.tunnels) % size.zones}.example`;
  return {
    service: `app-${index}`,
    tunnel: `edge-${index % size.tunnels}`,
    zone,
    hostname: `${label}-${index}.${zone}`,
  };
}
