/** How the API server handles Tunnels with the shipped definition. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { type KubernetesSandbox, startKubernetes } from 'cftunnel-sandbox/kubernetes/server';
import { imageProblem } from '../../src/core/tunnel/image.ts';
import { Client } from 'cftunnel-sandbox/testing/kubernetes-client';
import { DEFINITIONS } from 'cftunnel-sandbox/testing/objects';

const TUNNELS = '/apis/cftunnel.io/v1alpha1/namespaces/default/tunnels';
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

const DEFINITION = readFileSync('crds/tunnels.cftunnel.io.yaml', 'utf8');

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
  await client.post(DEFINITIONS, load(DEFINITION));
});
afterAll(() => sandbox.stop());

describe('an image', () => {
  it.each([
    'cloudflare/cloudflared:2026.8.2',
    'registry:5000/cloudflared:2026.8.2',
    `cloudflare/cloudflared@${DIGEST}`,
    `registry:5000/cloudflared:latest@${DIGEST}`,
    'cloudflare/cloudflared',
    'cloudflared',
    'registry:5000/cloudflared',
    'registry:5000/cloudflared:latest',
    'cloudflared:latest',
  ])('is accepted or rejected as by the operator: %s', async (image) => {
    const complaints = await client.complaints(TUNNELS, aTunnel({ cloudflared: { image } }));

    expect(complaints.length > 0).toBe(imageProblem(image) !== undefined);
  });
});

// Invariant 34.
it('a Tunnel is stored without defaults for its connectors', async () => {
  const { body } = await client.post(
    `${TUNNELS}?dryRun=All`,
    aTunnel({ cloudflared: { podLabels: { team: 'edge' } } }),
  );

  expect(body['spec']).toMatchObject({ replicas: 2, cloudflared: { podLabels: { team: 'edge' } } });
  expect(Object.keys((body['spec'] as { cloudflared: object }).cloudflared)).toEqual(['podLabels']);
});

it('an empty security context is kept, because it leaves the user to the cluster', async () => {
  const { body } = await client.post(`${TUNNELS}?dryRun=All`, aTunnel({ cloudflared: { securityContext: {} } }));

  expect(body['spec']).toMatchObject({ cloudflared: { securityContext: {} } });
});

// Invariant 30.
it('the definition is rejected for a default that violates its own rule', async () => {
  const changed = DEFINITION.replace('default: { from: Same }', 'default: {}');

  const { body } = await client.post(`${DEFINITIONS}?dryRun=All`, load(changed));

  expect(changed).not.toBe(DEFINITION);
  expect(body.message).toBe(
    'CustomResourceDefinition.apiextensions.k8s.io "tunnels.cftunnel.io" is invalid: spec.validation.openAPIV3Schema.properties[spec].properties[allowedRoutes].properties[namespaces].default: Invalid value: "object": no such key: from evaluating rule: selector must be set if from is Selector, and only then',
  );
});

function aTunnel(spec: object) {
  return {
    apiVersion: 'cftunnel.io/v1alpha1',
    kind: 'Tunnel',
    metadata: { name: 'home' },
    spec: { credentialsRef: { name: 'cloudflare' }, ...spec },
  };
}
