import { describe, expect, it } from '@jest/globals';
import type { MigrationInput } from '../../../../src/core/migrate/facts.ts';
import { aSecret } from '../../../support/builders.ts';
import { TUNNEL_ID, cloudflared } from '../a-cluster.ts';
import { TOKEN, found, tokenFor, withToken } from './a-connector.ts';

const credentials = (id: unknown) => aSecret('shop/creds', { 'a.json': JSON.stringify({ TunnelID: id }) });

const mounted = (...flags: readonly string[]) => cloudflared('shop/edge', { flags, secret: 'creds' });

describe('the tunnel of a connector', () => {
  const NAMED = { tunnel: 'home' };

  it.each<{ name: string; config: object; facts?: Partial<MigrationInput>; tunnel: object }>([
    { name: 'in its file', config: { tunnel: TUNNEL_ID.toUpperCase() }, tunnel: { id: TUNNEL_ID } },
    { name: 'by its name', config: NAMED, tunnel: { name: 'home' } },
    { name: 'by a name like an id', config: { tunnel: `x${TUNNEL_ID}` }, tunnel: { name: `x${TUNNEL_ID}` } },
    {
      name: 'in a token',
      config: NAMED,
      facts: { deployments: [withToken({ args: ['tunnel', 'run', '--token', ` ${tokenFor('id-1')} `] })] },
      tunnel: { id: 'id-1' },
    },
    {
      name: 'in a token of a Secret',
      config: NAMED,
      facts: {
        deployments: [
          withToken({ env: [{ name: 'TUNNEL_TOKEN', valueFrom: { secretKeyRef: { name: 't', key: 'k' } } }] }),
        ],
        secrets: [TOKEN, aSecret('shop/t', { k: tokenFor('id-2') })],
      },
      tunnel: { id: 'id-2' },
    },
    {
      name: 'in the credentials that the file names',
      config: { ...NAMED, 'credentials-file': '/creds/a.json' },
      facts: { deployments: [mounted()], secrets: [TOKEN, credentials('id-3')] },
      tunnel: { id: 'id-3' },
    },
    {
      name: 'in the credentials that the command line names',
      config: { ...NAMED, 'credentials-file': '/creds/b.json' },
      facts: { deployments: [mounted('--cred-file', '/creds/a.json')], secrets: [TOKEN, credentials('id-3')] },
      tunnel: { id: 'id-3' },
    },
    {
      name: 'by its name if credentials do not say',
      config: { ...NAMED, 'credentials-file': '/creds/a.json' },
      facts: { deployments: [mounted()], secrets: [TOKEN, credentials(7)] },
      tunnel: { name: 'home' },
    },
    {
      name: 'by its name if the file with credentials is missing',
      config: { ...NAMED, 'credentials-file': '/creds/a.json' },
      facts: { deployments: [mounted()] },
      tunnel: { name: 'home' },
    },
  ])('is told $name', ({ config, facts, tunnel }) => {
    expect(found(config, facts).takeovers.map(({ spec }) => spec.existingTunnel)).toStrictEqual([tunnel]);
  });

  it('is not told by a token that nobody can read', () => {
    const env = [{ name: 'TUNNEL_TOKEN', valueFrom: { secretKeyRef: { name: 't', key: 'k' } } }];

    for (const container of [
      { env },
      { args: ['run', '--token', tokenFor(7)] },
      { env: [{ name: 'TUNNEL_TOKEN', valueFrom: {} }] },
    ])
      expect(found({}, { deployments: [withToken(container)] })).toStrictEqual({
        takeovers: [],
        problems: [expect.objectContaining({ message: expect.stringContaining('for which tunnel it is') })],
      });
  });
});
