/**
 * The Cloudflare calls of other tunnel operators, with one hostname per exposure, each one label below its zone.
 * Measured once on unmodified releases, or computed from what their code does for each object.
 */
import type { PhaseName } from './phases.ts';

/** The calls of one phase for a number of hostnames and zones. */
type Formula = (hostnames: number, zones: number) => number;

/** Another operator for the same purpose. */
export interface Peer {
  readonly name: string;
  /** An absent phase is unknown. */
  readonly calls: Partial<Readonly<Record<PhaseName, Formula>>>;
  /** Figures that were measured, not computed, by the number of hostnames. */
  readonly measured: Partial<Readonly<Record<PhaseName, readonly number[]>>>;
}

/** A pass reads the tunnel, probes two names, reads the record of every host, and lists the zones and their records. */
const matheuscscpPass: Formula = (hostnames, zones) =>
  2 + (2 * 2 + 1) * hostnames + (Math.ceil(zones / 20) + 1) + zones + zones;

/** Every event reads and puts the whole configuration, lists every zone twice, and writes two records per hostname. */
const strrlEvent: Formula = (hostnames, zones) => 2 + 1 + 2 * zones + 2 * hostnames;

/** Operators whose cost is known from measurements or from their code. */
export const PEERS: readonly Peer[] = [
  {
    name: 'adyanth v0.13.1',
    calls: {
      'cold start': (hostnames) => 3 + 8 * hostnames,
      idle: () => 0,
      'one change': () => 8 + 4,
      'mass change': (hostnames) => (8 + 4) * hostnames,
      restart: (hostnames) => 4 * hostnames,
      'mass delete': (hostnames) => 4 * hostnames,
    },
    measured: { 'cold start': [50], idle: [50], restart: [50], 'mass delete': [50] },
  },
  {
    name: 'matheuscscp v0.13.0',
    calls: {
      'cold start': (hostnames, zones) => 2 + 2 * hostnames + matheuscscpPass(hostnames, zones),
      idle: matheuscscpPass,
      'one change': (hostnames, zones) => 2 * matheuscscpPass(hostnames, zones) + 4,
      restart: matheuscscpPass,
      'mass delete': (hostnames) => 2 * hostnames,
    },
    measured: {},
  },
  {
    name: 'STRRL',
    calls: {
      'cold start': (hostnames, zones) => hostnames * strrlEvent(hostnames, zones),
      idle: () => 60,
      'one change': strrlEvent,
      'mass change': (hostnames, zones) => hostnames * strrlEvent(hostnames, zones),
      restart: (hostnames, zones) => hostnames * strrlEvent(hostnames, zones),
    },
    measured: {},
  },
];
