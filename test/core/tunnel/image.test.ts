import { describe, expect, it } from '@jest/globals';
import { imageProblem } from '../../../src/core/tunnel/image.ts';

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
  ])('is rejected: %s', (image) => {
    expect(imageProblem(image)).toContain('does not name a fixed release');
  });
});
