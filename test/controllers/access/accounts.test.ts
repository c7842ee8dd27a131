import { describe, expect, it } from '@jest/globals';
import type { ObjectKey, Tunnel } from '../../../src/api/objects.ts';
import { openAccount, reopenAccount } from '../../../src/controllers/access/accounts.ts';
import type { AccountsPort } from '../../../src/controllers/access/ports.ts';
import type { TunnelSpec, TunnelStatus } from '../../../src/api/tunnel.gen.ts';
import { cloudflareOf } from '../../support/access-account.ts';
import { ACCOUNT, AccessWorld, OTHER_ACCOUNT } from '../../support/access-world.ts';
import { aSecret, aTunnel } from '../../support/builders.ts';

const { signal } = new AbortController();
const SESSION = cloudflareOf(new AccessWorld());

interface Accounts extends AccountsPort {
  /** The Secrets that were read, in order. */
  readonly reads: ObjectKey[];
}

/** Every Tunnel has a Secret of its own. `missing`: those of these Tunnels do not exist. */
function among(
  tunnels: readonly Tunnel[],
  { names, missing = [] }: { names?: string; missing?: string[] } = {},
): Accounts {
  const reads: ObjectKey[] = [];
  const texts = { CLOUDFLARE_API_TOKEN: 'token', ...(names === undefined ? {} : { CLOUDFLARE_ACCOUNT_ID: names }) };
  return {
    reads,
    tunnels: { get: () => undefined, list: () => tunnels },
    secrets: {
      get: async (key) => {
        reads.push(key);
        return missing.includes(key) ? undefined : aSecret(key, texts);
      },
    },
    cloudflare: () => SESSION,
    lastSessions: new Map(),
  };
}

interface Traits {
  readonly accountId?: string;
  readonly status?: TunnelStatus;
  readonly createdAt?: string;
}

function named(name: string, { accountId, ...traits }: Traits = {}): Tunnel {
  const spec: Partial<TunnelSpec> = { credentialsRef: { name }, ...(accountId === undefined ? {} : { accountId }) };
  return aTunnel(`shop/${name}`, { ...traits, spec });
}

describe('the account of a Tunnel', () => {
  const spec = 'c'.repeat(32);

  it.each([
    [named('one', { accountId: spec, status: { accountId: OTHER_ACCOUNT } }), ACCOUNT, spec],
    [named('one', { status: { accountId: OTHER_ACCOUNT } }), ACCOUNT, ACCOUNT],
    [named('one', { status: { accountId: OTHER_ACCOUNT } }), undefined, OTHER_ACCOUNT],
  ])('is named by its spec, else by its Secret, else by its status', async (tunnel, names, accountId) => {
    const port = among([tunnel], names === undefined ? {} : { names });

    expect(await openAccount(port, tunnel, signal)).toStrictEqual({ accountId, cloudflare: SESSION });
    expect(port.lastSessions).toStrictEqual(new Map([[accountId, SESSION]]));
  });

  it.each([named('one'), named('one', { status: {} })])('is waited for until it is known', async (tunnel) => {
    await expect(openAccount(among([tunnel]), tunnel, signal)).rejects.toMatchObject({
      reason: 'Progressing',
      disposition: 'wait',
      message: 'Tunnel shop/one has not found its account yet',
    });
  });
});

describe('an account in which something is to be removed', () => {
  const nobody = `No Tunnel has credentials for account ${ACCOUNT}`;

  it.each([
    ['names it', named('one', { accountId: ACCOUNT, status: { accountId: OTHER_ACCOUNT } }), undefined, ['shop/one']],
    ['is in it', named('one', { status: { accountId: ACCOUNT } }), undefined, ['shop/one']],
    ['has a Secret that names it', named('one'), ACCOUNT, ['shop/one']],
    ['has a Secret that names another', named('one'), OTHER_ACCOUNT, ['shop/one']],
    ['names another', named('one', { accountId: OTHER_ACCOUNT, status: { accountId: ACCOUNT } }), undefined, []],
    ['is in another', named('one', { status: { accountId: OTHER_ACCOUNT } }), ACCOUNT, []],
  ])('is entered through a Tunnel that %s, or not', async (_, tunnel, names, reads) => {
    const port = among([tunnel], names === undefined ? {} : { names });
    const found = await reopenAccount(port, ACCOUNT, signal).catch(({ message }: Error) => message);

    const isEntered = reads.length > 0 && names !== OTHER_ACCOUNT;
    expect(found).toStrictEqual(isEntered ? { accountId: ACCOUNT, cloudflare: SESSION } : nobody);
    expect(port.reads).toStrictEqual(reads);
  });

  const [young, old, oldest] = ['2026', '2025', '2024'].map((year) =>
    named(`of-${year}`, { accountId: ACCOUNT, createdAt: `${year}-01-01T00:00:00Z` }),
  ) as [Tunnel, Tunnel, Tunnel];

  it('is entered through the oldest Tunnel that can be used', async () => {
    const port = among([young, oldest, old], { missing: ['shop/of-2024'] });

    await reopenAccount(port, ACCOUNT, signal);
    expect(port.reads).toStrictEqual(['shop/of-2024', 'shop/of-2025']);
  });

  it('is entered as it was last if no Tunnel can be used', async () => {
    const port = among([old], { missing: ['shop/of-2025'] });
    port.lastSessions.set(ACCOUNT, SESSION);

    expect(await reopenAccount(port, ACCOUNT, signal)).toStrictEqual({ accountId: ACCOUNT, cloudflare: SESSION });
  });

  it('cannot be entered for the reason that the oldest Tunnel has', async () => {
    const port = among([young, old], { missing: ['shop/of-2025', 'shop/of-2026'] });

    await expect(reopenAccount(port, ACCOUNT, signal)).rejects.toMatchObject({
      reason: 'SecretNotFound',
      message: 'Secret shop/of-2025 does not exist. Create it with the key CLOUDFLARE_API_TOKEN',
    });
  });

  it('cannot be entered without a Tunnel', async () => {
    await expect(reopenAccount(among([]), ACCOUNT, signal)).rejects.toMatchObject({
      reason: 'SecretNotFound',
      disposition: 'stall',
      message: nobody,
    });
  });
});
