import { describe, expect, it } from '@jest/globals';
import type { Cloudflare } from '../../../../src/controllers/tunnel/pass/ports.ts';
import { openAccess, openAccount } from '../../../../src/controllers/tunnel/steps/credentials.ts';
import { type TunnelTraits, aSecret, aTunnel } from '../../../support/builders.ts';
import { aZone } from '../../../support/dns.ts';
import { aPass } from '../../../support/tunnel-pass.ts';

const [ONE, TWO] = ['1'.repeat(32), '2'.repeat(32)];
const TUNNELS = [{ id: 't', name: 'test/shop/home', isRemotelyManaged: false }];

interface Given extends TunnelTraits {
  readonly secret?: Readonly<Record<string, string>> | 'missing';
  readonly zonesOf?: readonly string[];
  readonly accounts?: readonly string[];
}

describe('the account of a Tunnel', () => {
  it.each([
    { case: 'the one in the spec', given: { spec: { accountId: ONE }, secret: { CLOUDFLARE_ACCOUNT_ID: TWO } } },
    { case: 'the one in the Secret', given: { secret: { CLOUDFLARE_ACCOUNT_ID: ONE }, status: { accountId: TWO } } },
    { case: 'the one in the status', given: { status: { accountId: ONE }, zonesOf: [TWO] } },
    { case: 'that of the zones', given: { zonesOf: [ONE, ONE], accounts: [ONE, TWO] } },
    { case: 'the only one that the token may list', given: { accounts: [ONE] } },
  ])('is $case', async ({ given }) => {
    expect(await opening(given)).toMatchObject({ accountId: ONE, tunnels: TUNNELS });
  });

  it.each([
    {
      case: 'the Secret does not exist',
      given: { secret: 'missing' as const },
      reason: 'SecretNotFound',
      message: /^Secret shop\/cloudflare-api-token does not exist\. Create it/,
    },
    {
      case: 'the Secret lacks its key',
      given: { secret: {} },
      reason: 'SecretInvalid',
      message: /^Secret shop\/cloudflare-api-token cannot be used: the key CLOUDFLARE_API_TOKEN/,
    },
    { case: 'the token sees no account', given: {}, reason: 'AccountNotFound', message: /Set spec\.accountId$/ },
    {
      case: 'the token sees several',
      given: { accounts: [TWO, ONE] },
      reason: 'AccountAmbiguous',
      message: new RegExp(
        `^The token in Secret shop/cloudflare-api-token .* \\(${ONE}, ${TWO}\\)\\. Set spec\\.accountId`,
      ),
    },
    {
      case: 'its tunnel is in another account',
      given: { spec: { accountId: ONE }, status: { accountId: TWO, tunnelId: 't' } },
      reason: 'AccountChanged',
      message: new RegExp(`created in account ${TWO}, but the account is now ${ONE}\\. Set it back`),
    },
  ])('is not opened while $case, which a person has to mend', async ({ given, reason, message }) => {
    const error = { reason, disposition: 'stall', message: expect.stringMatching(message) };
    await expect(opening(given)).rejects.toMatchObject(error);
  });

  it('may change while there is no tunnel in it', async () => {
    expect(await opening({ spec: { accountId: ONE }, status: { accountId: TWO } })).toMatchObject({ accountId: ONE });
  });
});

it('clean-up opens the account that the tunnel was created in, whatever is named by now', async () => {
  const { port, pass } = aWorld({ spec: { accountId: ONE }, status: { accountId: TWO, tunnelId: 't' } });

  expect(await openAccount(port, pass, TWO)).toMatchObject({ accountId: TWO });
});

function opening(given: Given) {
  const { port, pass } = aWorld(given);
  return openAccess(port, pass);
}

function aWorld({ secret = { CLOUDFLARE_API_TOKEN: 'token' }, zonesOf = [], accounts = [], ...traits }: Given) {
  const cloudflare: Partial<Cloudflare> = {
    zones: async () => zonesOf.map((accountId) => ({ ...aZone('example.com'), accountId })),
    accounts: async () => accounts.map((id) => ({ id, name: id })),
    tunnels: async () => TUNNELS,
  };
  const stored =
    secret === 'missing' ? undefined : aSecret('shop/cloudflare-api-token', { ...tokenBeside(secret), ...secret });
  const secrets = { get: async () => stored, forget: () => undefined };
  return {
    port: { cloudflare: () => cloudflare as Cloudflare },
    pass: aPass(aTunnel('shop/home', traits), { secrets }),
  };
}

/** An account id alone needs a token beside it. */
function tokenBeside(secret: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return 'CLOUDFLARE_ACCOUNT_ID' in secret ? { CLOUDFLARE_API_TOKEN: 'token' } : {};
}
