import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import type { TunnelSpec } from '../../../src/api/tunnel.gen.ts';
import { CONNECTOR_DEFAULTS, chosenOf } from '../../../src/core/model/connector-defaults.ts';
import { imageProblem } from '../../../src/core/tunnel/image.ts';
import { settingsOf } from '../../../src/core/model/tunnel-settings.ts';
import { aTunnel } from '../../support/builders.ts';

/** As the CRD of release 0.1.0 stored it. */
const STORED = {
  image: 'cloudflare/cloudflared:2026.8.2',
  protocol: 'http2',
  logLevel: 'info',
  gracePeriod: '30s',
  resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
  podDisruptionBudget: true,
  networkPolicy: false,
} as const;

// Invariant 34.
describe('the defaults of connectors', () => {
  it('are not in the CRD, which would store them in the object permanently', () => {
    const crd = load(readFileSync(new URL('../../../crds/tunnels.cftunnel.io.yaml', import.meta.url), 'utf8'));
    const { cloudflared } = (crd as Crd).spec.versions[0].schema.openAPIV3Schema.properties.spec.properties;

    expect(JSON.stringify(cloudflared)).not.toContain('"default":');
  });

  it('run a pinned release', () => {
    expect(imageProblem(CONNECTOR_DEFAULTS.image)).toBeUndefined();
  });

  it('apply to fields that the spec does not set', () => {
    expect(settingsOf(aTunnel('shop/home')).cloudflared).toEqual({ ...STORED, edgeIPVersion: 'auto' });
  });
});

describe('what an old CRD has stored', () => {
  it('is not a choice of the user', () => {
    expect(chosenOf({ ...STORED, podLabels: { team: 'edge' } })).toEqual({ podLabels: { team: 'edge' } });
  });

  it.each<{ case: string; chosen: TunnelSpec['cloudflared'] }>([
    { case: 'another image', chosen: { image: 'cloudflare/cloudflared:2026.7.0' } },
    { case: 'the same image under its full name', chosen: { image: 'docker.io/cloudflare/cloudflared:2026.8.2' } },
    { case: 'other resources', chosen: { resources: { limits: { memory: '1Gi' } } } },
    { case: 'no budget', chosen: { podDisruptionBudget: false } },
  ])('does not include other values: $case', ({ chosen }) => {
    expect(chosenOf({ ...STORED, ...chosen })).toEqual(chosen);
  });

  it('is not assumed in a newer Tunnel, whose pinned values stay pinned', () => {
    const pinned = { image: STORED.image, resources: STORED.resources };

    expect(chosenOf(pinned)).toEqual(pinned);
  });
});

interface Crd {
  readonly spec: {
    readonly versions: readonly [
      {
        readonly schema: {
          readonly openAPIV3Schema: {
            readonly properties: { readonly spec: { readonly properties: { readonly cloudflared: unknown } } };
          };
        };
      },
    ];
  };
}
