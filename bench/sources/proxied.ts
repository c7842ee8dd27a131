import { findEnvoy } from 'cftunnel-sandbox/kubelet/images/find-envoy';
import { endpointSlice } from '../manifests.ts';
import { SLICES } from './kinds.ts';
import { annotated, service } from './service.ts';
import type { Source } from './source.ts';

/** Services that only the proxy can serve, because their pods speak HTTP/2 without TLS. */
export const proxied: Source = {
  ...service,
  nouns: ['proxied Service', 'proxied Services'],
  missing: () => (findEnvoy(process.env) === undefined ? 'envoy' : undefined),
  objectFor: (exposure) => annotated(exposure, { 'cftunnel.io/protocol': 'h2c' }),
  beside: (exposure, index) => [[SLICES, endpointSlice(exposure, index)]],
};
