/** How the API server handles Tunnels with the shipped definition. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { type KubernetesSandbox, startKubernetes } from 'cftunnel-sandbox/kubernetes/server';
import { findNextTime } from '../../src/adapters/cron.ts';
import { parseServicePort } from '../../src/core/model/service-port.ts';
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

function rotated(schedule: string, timeZone = 'Etc/UTC') {
  return aTunnel({ tokenRotation: { schedule, timeZone } });
}

describe('a schedule for rotations', () => {
  it.each([
    '* * * * *',
    '0 3 * * 0',
    '30 2 1,15 * *',
    '*/15 0-6 1-31/2 JAN-Mar,dec MON-FRI',
    '0-30/10,45 09,18 * 1-12/3 sun,7',
    '0 0 29 2 *',
  ])('is accepted, and the operator can follow it: %s', async (schedule) => {
    expect(await client.complaints(TUNNELS, rotated(schedule))).toEqual([]);
    expect(findNextTime({ schedule, timeZone: 'Etc/UTC' }, '2026-01-01T00:00:00Z')).toHaveProperty('time');
  });

  it.each([
    { schedule: '', says: 'must have five fields' },
    { schedule: '0 3 * *', says: 'must have five fields' },
    { schedule: '0 3 * * * *', says: 'must have five fields' },
    { schedule: '0  3 * * *', says: 'must have five fields' },
    { schedule: '@daily', says: 'must have five fields' },
    { schedule: '60 3 * * *', says: 'the first field' },
    { schedule: '*/0 3 * * *', says: 'the first field' },
    { schedule: '0 24 * * *', says: 'the second field' },
    { schedule: '0 3 0 * *', says: 'the third field' },
    { schedule: '0 3 L * *', says: 'the third field' },
    { schedule: '0 3 * 13 *', says: 'the fourth field' },
    { schedule: '0 3 * janu *', says: 'the fourth field' },
    { schedule: '0 3 * * 8', says: 'the fifth field' },
    { schedule: '0 3 * * MON#2', says: 'the fifth field' },
    { schedule: '5/15 * * * *', says: 'a step must follow * or a range' },
  ])('is refused with what is wrong with it: "$schedule"', async ({ schedule, says }) => {
    expect((await client.complaints(TUNNELS, rotated(schedule))).join('\n')).toContain(says);
  });

  it.each(['Etc/UTC', 'UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+1', 'EST5EDT'])(
    'is accepted in the time zone %s, which the operator knows too',
    async (timeZone) => {
      expect(await client.complaints(TUNNELS, rotated('0 3 * * *', timeZone))).toEqual([]);
      expect(findNextTime({ schedule: '0 3 * * *', timeZone }, '2026-01-01T00:00:00Z')).toHaveProperty('time');
    },
  );

  it.each(['', 'Local', '+02:00', 'Mars/Base', 'Europe/'])('is refused in the time zone "%s"', async (timeZone) => {
    expect((await client.complaints(TUNNELS, rotated('0 3 * * *', timeZone))).join()).toContain('timeZone');
  });

  it('is in UTC unless it says otherwise', async () => {
    const { body } = await client.post(`${TUNNELS}?dryRun=All`, aTunnel({ tokenRotation: { schedule: '0 3 * * *' } }));

    expect(body['spec']).toMatchObject({ tokenRotation: { timeZone: 'Etc/UTC' } });
  });
});

describe('the origin of Ingresses of other classes', () => {
  it.each([
    'traefik/traefik:443',
    'ingress-nginx/ingress-nginx-controller:https',
    'Shop/web:80',
    'web:80',
    'shop/web',
    'shop/web:',
    'shop/web:80/path',
    'http://web.shop:80',
    'a/b/c:80',
    `${'a'.repeat(64)}/web:80`,
  ])('is accepted or rejected as by the operator: %s', async (origin) => {
    const complaints = await client.complaints(TUNNELS, aTunnel({ origin }));

    expect(complaints.length > 0).toBe('problem' in parseServicePort(origin));
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
