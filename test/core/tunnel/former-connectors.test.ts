import { describe, expect, it } from '@jest/globals';
import { haveStartedWith, stillConnected } from '../../../src/core/tunnel/former-connectors.ts';
import { aDeployment } from '../../support/builders.ts';

describe('the connectors have been replaced', () => {
  it.each([
    { case: 'if all of them started with the credentials', hash: 'new', kind: 'complete' as const, replaced: true },
    { case: 'unless the Deployment has other credentials', hash: 'old', kind: 'complete' as const, replaced: false },
    { case: 'unless some are missing', hash: 'new', kind: 'partial' as const, replaced: false },
    { case: 'unless some are old', hash: 'new', kind: 'rolling' as const, replaced: false },
  ])('$case', ({ hash, kind, replaced }) => {
    expect(haveStartedWith('new', withCredentials(hash), { kind })).toBe(replaced);
  });

  it('unless there is no Deployment', () => {
    expect(haveStartedWith('new', undefined, { kind: 'complete' })).toBe(false);
  });
});

it('a connector is foreign if it was connected before the rotation and still is', () => {
  expect(stillConnected(['old pod', 'thief'], ['thief', 'new pod'])).toEqual(['thief']);
});

function withCredentials(hash: string) {
  const deployment = aDeployment('shop/home-cloudflared');
  const metadata = { annotations: { 'cftunnel.io/credentials-hash': hash } };
  return { ...deployment, spec: { ...deployment.spec, template: { ...deployment.spec.template, metadata } } };
}
