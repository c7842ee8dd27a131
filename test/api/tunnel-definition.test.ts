/** How the API server handles Tunnels with the shipped definition. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { type KubernetesSandbox, startKubernetes } from '../../sandbox/kubernetes/server.ts';
import { imageProblem } from '../../src/core/tunnel/image.ts';
import { Client } from '../sandbox/kubernetes/support/client.ts';
import { DEFINITIONS } from '../sandbox/kubernetes/support/objects.ts';

const TUNNELS = '/apis/cftunnel.io/v1alpha1/namespaces/default/tunnels';
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

let sandbox: KubernetesSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startKubernetes();
  client = new Client(sandbox.url);
  await client.post(DEFINITIONS, load(readFileSync('crds/tunnels.cftunnel.io.yaml', 'utf8')));
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
it('a Tunnel is stored without any default of its connectors', async () => {
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

function aTunnel(spec: object) {
  return {
    apiVersion: 'cftunnel.io/v1alpha1',
    kind: 'Tunnel',
    metadata: { name: 'home' },
    spec: { credentialsRef: { name: 'cloudflare' }, ...spec },
  };
}
