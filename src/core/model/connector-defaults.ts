import type { TunnelSpec } from '../../api/tunnel.gen.ts';
import { sameJson } from '../equal.ts';

type CloudflaredSpec = NonNullable<TunnelSpec['cloudflared']>;
type Defaulted =
  | 'image'
  | 'protocol'
  | 'logLevel'
  | 'gracePeriod'
  | 'edgeIPVersion'
  | 'resources'
  | 'podDisruptionBudget'
  | 'networkPolicy';
export type ConnectorDefaults = Required<Pick<CloudflaredSpec, Defaulted>>;

/**
 * Settings of connectors that their Tunnel does not set. They are not defaults of the CRD, because the API server would
 * store those in the object, and a later release could not change them.
 */
export const CONNECTOR_DEFAULTS: ConnectorDefaults = {
  image: 'cloudflare/cloudflared:2026.8.2',
  protocol: 'http2',
  logLevel: 'info',
  gracePeriod: '30s',
  edgeIPVersion: 'auto',
  resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
  podDisruptionBudget: true,
  networkPolicy: false,
};

/**
 * Settings of the proxy that a Tunnel does not set. An idle Envoy takes about 45 MB, and each route with its endpoints a
 * few kilobytes.
 */
export const PROXY_DEFAULTS = {
  image: 'envoyproxy/envoy:distroless-v1.40.0',
  resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '512Mi' } },
} as const satisfies NonNullable<TunnelSpec['proxy']>;

/** The defaults in the CRD of release 0.1.0, which the API server stored in every Tunnel. */
const STORED_BY_0_1_0: Partial<CloudflaredSpec> = {
  image: 'cloudflare/cloudflared:2026.8.2',
  protocol: 'http2',
  logLevel: 'info',
  gracePeriod: '30s',
  resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
  podDisruptionBudget: true,
  networkPolicy: false,
};

/**
 * The settings that a user has chosen. The old CRD stored all of its defaults together. So if every one of these fields
 * is set, a value that equals the old default is taken for that default (ADR 0022).
 */
export function chosenOf(spec: CloudflaredSpec = {}): CloudflaredSpec {
  const given: Readonly<Record<string, unknown>> = spec;
  const stored = Object.entries(STORED_BY_0_1_0);
  if (stored.some(([field]) => given[field] === undefined)) return spec;
  const isStored = new Set(stored.filter(([field, value]) => sameJson(given[field], value)).map(([field]) => field));
  return Object.fromEntries(Object.entries(given).filter(([field]) => !isStored.has(field)));
}
