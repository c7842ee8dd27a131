import { describe, expect, it } from '@jest/globals';
import { namesIn, withImage, withRegistry } from '../../tools/release/registry.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;

describe('the names of a release', () => {
  it('follow from the registry', () => {
    expect(namesIn('registry.example.com:5000/acme')).toEqual({
      registry: 'registry.example.com:5000/acme',
      host: 'registry.example.com:5000',
      image: 'registry.example.com:5000/acme/cftunnel-operator',
      charts: 'registry.example.com:5000/acme/charts',
      chart: 'registry.example.com:5000/acme/charts/cftunnel-operator',
    });
  });

  it('are in lower case, whatever the owner is called', () => {
    expect(namesIn('registry.example.com/Acme-Inc/').image).toBe('registry.example.com/acme-inc/cftunnel-operator');
  });

  it.each([
    '',
    'acme',
    'registry.example.com//x',
    'https://registry.example.com',
    'registry.example.com/a b',
    'a.b/-x',
  ])('are refused for what is no registry: "%s"', (given) => {
    expect(() => namesIn(given)).toThrow(`"${given}" is not a registry`);
  });
});

describe('the manifests of a release', () => {
  const image = 'registry.example.com/acme/cftunnel-operator';

  it.each([
    { before: 'cftunnel-operator:0.1.0', after: `${image}:0.1.0@${DIGEST}` },
    { before: "'cftunnel-operator:0.1.0'", after: `${image}:0.1.0@${DIGEST}` },
    { before: 'cftunnel-operator', after: `${image}@${DIGEST}` },
  ])('have the image of the release in place of $before', ({ before, after }) => {
    expect(withImage(podWith(before), { image, digest: DIGEST })).toBe(podWith(after));
  });

  it('keep the images of others', () => {
    const others = '  image: cloudflare/cloudflared:1\n  image: cftunnel-operator-docs:1\n';

    expect(withImage(`${others}  image: cftunnel-operator:1\n`, { image, digest: DIGEST })).toContain(others);
  });

  it('are refused without an image to replace', () => {
    expect(() => withImage('kind: Namespace\n', { image, digest: DIGEST })).toThrow('the image cftunnel-operator');
  });

  it.each(['', 'latest', 'sha256:0'])('are refused without a digest: "%s"', (digest) => {
    expect(() => withImage('  image: cftunnel-operator:1\n', { image, digest })).toThrow(`"${digest}" is not a digest`);
  });
});

describe('the values of the chart of a release', () => {
  it('have the registry and the digest of the image; the rest stays', () => {
    expect(withRegistry(valuesWith("''", "''"), { registry: 'registry.example.com/acme', digest: DIGEST })).toBe(
      valuesWith('registry.example.com/acme', DIGEST),
    );
  });

  it('are refused without the fields', () => {
    expect(() => withRegistry('image:\n  registry: x\n', { registry: 'a.b', digest: DIGEST })).toThrow(
      'values.yaml has no image.digest',
    );
    expect(() => withRegistry('replicas: 1\n', { registry: 'a.b', digest: DIGEST })).toThrow('image.registry');
  });
});

function podWith(name: string): string {
  return `containers:\n  - name: operator\n    image: ${name}\n    args: []\n`;
}

function valuesWith(registry: string, digest: string): string {
  return `# Replicas.
replicas: 1

image:
  # Host and folder.
  registry: ${registry}
  repository: cftunnel-operator
  tag: ''
  digest: ${digest}

other:
  registry: ''
  digest: ''
`;
}
