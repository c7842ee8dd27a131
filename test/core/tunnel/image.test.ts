import { describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../src/api/objects.ts';
import { connectorImage, imageProblem, proxyImage } from '../../../src/core/tunnel/image.ts';
import { aDeployment } from '../../support/builders.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('an image that names a release', () => {
  it.each([
    'cloudflare/cloudflared:2026.8.2',
    'registry:5000/cloudflared:2026.8.2',
    'docker.io/cloudflare/cloudflared:2026.8.2-amd64',
    `cloudflare/cloudflared@${DIGEST}`,
    `cloudflare/cloudflared:2026.8.2@${DIGEST}`,
    `cloudflare/cloudflared:latest@${DIGEST}`,
    `registry:5000/cloudflared@${DIGEST}`,
  ])('is accepted: %s', (image) => {
    expect(imageProblem(image)).toBeUndefined();
  });
});

describe('an image with the tag latest, explicitly or by default', () => {
  it.each([
    'cloudflare/cloudflared',
    'cloudflared',
    'registry:5000/cloudflared',
    'registry:5000/team/cloudflared',
    'cloudflare/cloudflared:latest',
    'registry:5000/cloudflared:latest',
    'cloudflare/cloudflared:',
    `cloudflare/cloudflared@${DIGEST}/cloudflared`,
  ])('is rejected: %s', (image) => {
    expect(imageProblem(image)).toContain('does not name a fixed release');
  });
});

function withPods(spec: object) {
  return { ...aDeployment('shop/home'), spec: { template: { spec } } };
}

describe('the image of the connectors in a Deployment', () => {
  const cloudflared = { name: 'cloudflared', image: 'mirror/cloudflared:1' };

  it.each([
    {
      case: 'is found next to other containers',
      containers: [{ name: 'proxy', image: 'x' }, cloudflared],
      image: cloudflared.image,
    },
    {
      case: 'is found among items that are not containers',
      containers: [null, 'x', cloudflared],
      image: cloudflared.image,
    },
    { case: 'is unknown without that container', containers: [{ name: 'proxy', image: 'x' }], image: undefined },
    { case: 'is unknown if it is not a string', containers: [{ name: 'cloudflared', image: 1 }], image: undefined },
    { case: 'is unknown if there is no list', containers: 'x', image: undefined },
  ])('$case', ({ containers, image }) => {
    expect(connectorImage(withPods({ containers }))).toBe(image);
  });

  it('is told apart from that of the proxy beside them', () => {
    const initContainers = [
      { name: 'other', image: 'x' },
      { name: 'proxy', image: 'mirror/envoy:1' },
    ];

    expect(proxyImage(withPods({ containers: [cloudflared], initContainers }))).toBe('mirror/envoy:1');
    expect(proxyImage(withPods({ containers: [cloudflared] }))).toBeUndefined();
  });

  it('is unknown without a Deployment or a spec', () => {
    expect(connectorImage(undefined)).toBeUndefined();
    expect(connectorImage({ ...aDeployment('shop/home'), spec: null } as KubeObject)).toBeUndefined();
  });
});
