import { describe, expect, it } from '@jest/globals';
import { createServer } from 'node:https';
import type { OutgoingHttpHeaders } from 'node:http2';
import { type NewClaims, signToken } from '../../../src/cloudflare/access/gate/application-token.ts';
import { AccessKeys, type SigningKey } from '../../../src/cloudflare/state/access-keys.ts';
import { listenOnLoopback } from '../../../src/edge/loopback-server.ts';
import { stopAfterTest } from '../../support/stop-after-test.ts';
import { authority } from '../a-connector.ts';
import { logged, type Running, running, SUBJECTS } from './subjects.ts';

const AUD = 'a'.repeat(64);
const OTHER_AUD = 'b'.repeat(64);
const ISSUER = 'https://acme.cloudflareaccess.com';
const HOUR = 3_600_000;

const keys = new AccessKeys();
const KEY = keys.current('acme');
const STRANGER = keys.current('other');

function token(claims: Partial<NewClaims> = {}, key: SigningKey = KEY): string {
  return signToken({ aud: [OTHER_AUD, AUD], iss: ISSUER, ...claims }, key, { now: Date.now(), lifetimeMs: HOUR });
}

/** The site of the team, which counts how often its keys are fetched. */
async function theTeamSite({ services }: Running): Promise<{ fetched: number; keys: readonly SigningKey[] }> {
  const site = { fetched: 0, keys: [KEY] as readonly SigningKey[] };
  const { cert, key } = await (await authority).issue('acme.cloudflareaccess.com');
  const server = createServer({ cert, key }, (request, response) => {
    site.fetched += request.url === '/cdn-cgi/access/certs' ? 1 : 0;
    const jwks = site.keys.map(({ kid, publicKey }) => ({ kid, ...publicKey.export({ format: 'jwk' }) }));
    response.end(JSON.stringify({ keys: jwks }));
  });
  const listening = await listenOnLoopback(server, 0);
  stopAfterTest(() => listening.stop());
  services.set('acme.cloudflareaccess.com:443', { kind: 'address', address: `127.0.0.1:${listening.port}` });
  return site;
}

/** The rules of a tunnel whose one hostname answers 418 to whoever passes. */
function rules(access: string): string {
  return `ingress:\n  - {hostname: app.example.com, service: "http_status:418", originRequest: {access: ${access}}}\n  - service: http_status:404\n`;
}

const REQUIRED = `{required: true, teamName: acme, audTag: [${AUD}]}`;

function asserting(jwt: string): OutgoingHttpHeaders {
  return { 'cf-access-jwt-assertion': jwt };
}

describe.each(SUBJECTS)('$name with access.required', (subject) => {
  it('lets requests with a token of one of the audiences pass, and fetches the keys once', async () => {
    const tunnel = await running(subject, rules(REQUIRED));
    const site = await theTeamSite(tunnel);

    const answers = [];
    for (let visit = 0; visit < 3; visit += 1) answers.push(await tunnel.edge.ask('/', asserting(token())));

    expect(answers.map(({ status, src }) => [status, src])).toEqual(answers.map(() => [418, 'origin']));
    expect(site.fetched).toBe(1);
  });

  it('answers 403 in the name of the origin if there is no token, or one for others', async () => {
    const tunnel = await running(subject, rules(REQUIRED));
    await theTeamSite(tunnel);

    const without = await tunnel.edge.ask('/');
    const others = await tunnel.edge.ask('/', asserting(token({ aud: [OTHER_AUD] })));

    for (const answer of [without, others])
      expect(answer).toEqual({ status: 403, src: 'origin', headers: [], body: '', trailers: {} });
    await logged(
      tunnel,
      'request filtered by middleware handler (AccessJWTValidator) due to: no access token in request',
    );
    await logged(tunnel, `Invalid token in jwt: [${OTHER_AUD}]`);
  });

  it.each([
    { case: 'is not signed by the team', jwt: () => token({}, STRANGER), says: 'failed to verify id token signature' },
    { case: 'has expired', jwt: () => token({ exp: 1 }), says: 'token is expired' },
    {
      case: 'is not valid yet',
      jwt: () => token({ nbf: Date.now() / 1000 + 600 }),
      says: 'before the nbf (not before) time',
    },
    { case: 'is of another team', jwt: () => token({ iss: 'https://x' }), says: 'issued by a different provider' },
    { case: 'is no token', jwt: () => 'x', says: 'malformed jwt' },
    { case: 'has another algorithm', jwt: () => unsigned(), says: 'malformed jwt' },
  ])('answers 502 itself if the token $case', async ({ jwt, says }) => {
    const tunnel = await running(subject, rules(REQUIRED));
    await theTeamSite(tunnel);

    expect(await tunnel.edge.ask('/', asserting(jwt()))).toMatchObject({ status: 502, src: 'cloudflared' });
    expect(await logged(tunnel, says)).toContain('error while processing middleware handler AccessJWTValidator');
  });

  it('answers 502 until it can fetch the keys', async () => {
    const tunnel = await running(subject, rules(REQUIRED));

    const before = await tunnel.edge.ask('/', asserting(token()));
    await theTeamSite(tunnel);
    const after = await tunnel.edge.ask('/', asserting(token()));

    expect([before.status, after.status]).toEqual([502, 418]);
  });

  it('fetches new keys when a token names one', async () => {
    const tunnel = await running(subject, rules(REQUIRED));
    const site = await theTeamSite(tunnel);
    await tunnel.edge.ask('/', asserting(token()));

    site.keys = [KEY, STRANGER];

    expect((await tunnel.edge.ask('/', asserting(token({}, STRANGER)))).status).toBe(418);
    expect(site.fetched).toBe(2);
  });

  it('accepts no audience if none is named', async () => {
    const tunnel = await running(subject, rules('{required: true, teamName: acme}'));
    await theTeamSite(tunnel);

    expect((await tunnel.edge.ask('/', asserting(token()))).status).toBe(403);
  });

  it('checks before every kind of service, and WebSockets too', async () => {
    const tunnel = await running(subject, rules(REQUIRED).replace('http_status:418', 'tcp://db:5432'));

    const upgrade = { 'cf-cloudflared-proxy-connection-upgrade': 'websocket', 'sec-websocket-key': 'x' };

    expect((await tunnel.edge.ask('/')).status).toBe(403);
    expect((await tunnel.edge.ask('/', upgrade)).status).toBe(403);
  });

  it.each([{ access: `{teamName: acme, audTag: [${AUD}]}` }, { access: `{required: false, audTag: [${AUD}]}` }])(
    'does not check without it: $access',
    async ({ access }) => {
      const tunnel = await running(subject, rules(access));

      expect((await tunnel.edge.ask('/')).status).toBe(418);
    },
  );

  it('ignores the setting of all rules', async () => {
    const config = `originRequest: {access: ${REQUIRED}}\ningress: [{service: "http_status:418"}]\n`;

    const tunnel = await running(subject, config);

    expect((await tunnel.edge.ask('/')).status).toBe(418);
  });

  it('reads the remote form, whatever the case of its keys', async () => {
    const tunnel = await running(subject, '');
    await theTeamSite(tunnel);
    const access = { Required: true, TeamName: 'acme', audtag: [AUD] };
    const ingress = [{ service: 'http_status:418', originRequest: { access } }];

    const [connection] = tunnel.edge.connections;
    const applied = await connection?.configure({ version: 1, config: { ingress } });

    expect(applied).toMatchObject({ lastAppliedVersion: 1 });
    expect((await tunnel.edge.ask('/')).status).toBe(403);
    expect((await tunnel.edge.ask('/', asserting(token()))).status).toBe(418);
  });

  it('shows it in its configuration', async () => {
    const tunnel = await running(subject, rules(REQUIRED));

    const response = await fetch(`http://${tunnel.container.addressOf(2000)}/config`);

    const { config } = (await response.json()) as { readonly config: { readonly ingress: readonly unknown[] } };
    expect(config.ingress[0]).toMatchObject({
      Handlers: [{}],
      originRequest: { access: { required: true, teamName: 'acme', audTag: [AUD] } },
    });
  });
});

/** A token whose header says that it is not signed. */
function unsigned(): string {
  const [, payload] = token().split('.');
  return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
}
