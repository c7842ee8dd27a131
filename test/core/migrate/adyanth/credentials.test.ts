import { describe, expect, it } from '@jest/globals';
import { aSecret } from '../../../support/builders.ts';
import { TAKEN, found, theirs } from './a-former-cluster.ts';

describe('the credentials of a Tunnel', () => {
  const COPIED = { from: 'shop/cloudflare', to: 'shop/home-cloudflare-api' };
  const email = { email: 'me@example.com' };

  it.each<{
    name: string;
    cloudflare?: object;
    secret?: Readonly<Record<string, string>>;
    chosen?: string;
    parts: object;
  }>([
    { name: 'are those that the user names', chosen: 'mine', parts: { credentials: 'mine' } },
    { name: 'are its own if they hold a token', parts: { credentials: 'cloudflare' } },
    {
      name: 'are a copy of a token under another key',
      cloudflare: { CLOUDFLARE_API_TOKEN: 'TOKEN' },
      secret: { TOKEN: 'x' },
      parts: { copy: { ...COPIED, keys: { CLOUDFLARE_API_TOKEN: 'TOKEN' }, literals: {} } },
    },
    {
      name: 'are a copy of an API key with its email',
      cloudflare: email,
      secret: { CLOUDFLARE_API_KEY: 'x' },
      parts: {
        copy: {
          ...COPIED,
          keys: { CLOUDFLARE_API_KEY: 'CLOUDFLARE_API_KEY' },
          literals: { CLOUDFLARE_EMAIL: 'me@example.com' },
        },
      },
    },
    {
      name: 'are a copy of an API key under another key',
      cloudflare: { ...email, CLOUDFLARE_API_KEY: 'KEY' },
      secret: { KEY: 'x' },
      parts: {
        copy: { ...COPIED, keys: { CLOUDFLARE_API_KEY: 'KEY' }, literals: { CLOUDFLARE_EMAIL: 'me@example.com' } },
      },
    },
  ])('$name', ({ cloudflare = {}, secret = { CLOUDFLARE_API_TOKEN: 'x' }, chosen, parts }) => {
    const facts = {
      secrets: [aSecret('shop/cloudflare', secret)],
      ...(chosen === undefined ? {} : { credentials: chosen }),
    };

    expect(found([theirs({ cloudflare })], facts)).toStrictEqual({
      takeovers: [{ ...TAKEN, credentials: 'home-cloudflare-api', ...parts }],
      problems: [],
    });
  });

  it.each([
    { cloudflare: email, secret: {} },
    { cloudflare: {}, secret: { CLOUDFLARE_API_KEY: 'x' } },
  ])('are missing if there is neither a token nor a key with an email: $secret', ({ cloudflare, secret }) => {
    const message =
      'Secret shop/cloudflare has neither CLOUDFLARE_API_TOKEN nor CLOUDFLARE_API_KEY with an email in the Tunnel. Create a Secret with CLOUDFLARE_API_TOKEN in namespace shop, and name it with --credentials';

    expect(found([theirs({ cloudflare })], { secrets: [aSecret('shop/cloudflare', secret)] })).toStrictEqual({
      takeovers: [{ ...TAKEN, credentials: 'home-cloudflare-api' }],
      problems: [{ effect: 'blocked', message }],
    });
  });
});
