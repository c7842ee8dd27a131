/** Calls of Cloudflare's API through a proxy, on loopback. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { proxyFor } from '../../../../src/adapters/cloudflare/calls/proxy.ts';
import { type Transport, createTransport } from '../../../../src/adapters/cloudflare/calls/transport.ts';
import { aConnectProxy, aSecureServer } from '../../../support/connect-proxy.ts';
import { freePort } from 'cftunnel-sandbox/testing/free-port';

const API = 'api.example.test';
const GOOD = JSON.stringify({ success: true, errors: [], result: [] });
const TRANSPORT = join(import.meta.dirname, '../../../../src/adapters/cloudflare/calls/transport.ts');

/** Makes two calls and prints the outcome of each. */
const CALLER = `
const { createTransport } = await import(process.argv[1]);
const transport = createTransport(5000, () => undefined, process.env);
const call = () => transport.fetch(process.argv[2]).then(({ status }) => status, ({ message }) => message);
const outcomes = [await call(), await call()];
transport.close();
process.stdout.write(JSON.stringify(outcomes));
`;

const folders: string[] = [];
const transports: Transport[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  for (const transport of transports.splice(0)) transport.close();
});

/** Makes two calls in another process, because Node reads `NODE_EXTRA_CA_CERTS` at its start. */
async function callsIn(env: Record<string, string>, port: number): Promise<unknown> {
  const args = ['--input-type=module', '--eval', CALLER, TRANSPORT, `https://${API}:${port}/zones`];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout);
}

function caFile(pem: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ca-'));
  folders.push(folder);
  writeFileSync(join(folder, 'ca.pem'), pem);
  return join(folder, 'ca.pem');
}

/** The failure of a call in this process. TLS begins only after the proxy has accepted. */
async function failureThrough(env: Record<string, string>): Promise<string> {
  const transport = createTransport(5_000, () => undefined, env);
  transports.push(transport);
  return transport.fetch(`https://${API}/zones`).then(
    () => 'an answer',
    (error: Error) => error.message,
  );
}

describe('calls through a proxy', () => {
  it("share one connection, which is opened with the credentials in the proxy's URL", async () => {
    const server = await aSecureServer(API, GOOD);
    const proxy = await aConnectProxy(server.port);
    const env = {
      HTTPS_PROXY: `http://me:s%20cret@127.0.0.1:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: caFile(server.cert),
    };

    await expect(callsIn(env, server.port)).resolves.toEqual([200, 200]);

    const authorization = `Basic ${btoa('me:s cret')}`;
    expect(proxy.requests).toEqual([{ target: `${API}:${server.port}`, authorization }]);
    expect(new Set(server.connections).size).toBe(1);
  });

  it('fail for an untrusted certificate, and say how to trust a proxy that intercepts TLS', async () => {
    const interceptor = await aSecureServer(API, GOOD);
    const proxy = await aConnectProxy(interceptor.port);
    const why = `the certificate of ${API}:9443 is signed by an authority that is not trusted here; if a proxy intercepts TLS, set NODE_EXTRA_CA_CERTS to a file with its certificate authority`;

    await expect(callsIn({ https_proxy: `http://127.0.0.1:${proxy.port}` }, 9443)).resolves.toEqual([why, why]);
  });

  it('work if the certificate of a proxy that intercepts TLS is trusted', async () => {
    const interceptor = await aSecureServer(API, GOOD);
    const proxy = await aConnectProxy(interceptor.port);
    const env = { https_proxy: `http://127.0.0.1:${proxy.port}`, NODE_EXTRA_CA_CERTS: caFile(interceptor.cert) };

    await expect(callsIn(env, 9443)).resolves.toEqual([200, 200]);
  });

  it.each(['NO_PROXY', 'no_proxy'])('bypass the proxy for a name in %s', async (variable) => {
    const server = await aSecureServer('127.0.0.1', GOOD);
    const proxy = await aConnectProxy(server.port);

    const failure = await failureThrough({
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      [variable]: `localhost,.example.test`,
    });

    expect(failure).toMatch(/^DNS (does not know|gives no answer for) the name api\.example\.test$/);
    expect(proxy.requests).toEqual([]);
  });
});

describe('a proxy', () => {
  it.each([
    { refusal: '407 Proxy Authentication Required', says: 'wants a user name and a password in its URL (HTTP 407)' },
    { refusal: '403 Forbidden', says: `refuses to connect to ${API}:443 (HTTP 403)` },
    { refusal: '502 Bad Gateway', says: `cannot connect to ${API}:443 (HTTP 502)` },
  ])('that answers $refusal is reported with that answer', async ({ refusal, says }) => {
    const { port } = await aConnectProxy(0, refusal);

    await expect(failureThrough({ HTTPS_PROXY: `http://127.0.0.1:${port}` })).resolves.toBe(
      `the proxy 127.0.0.1:${port} ${says}`,
    );
  });

  it('that does not listen is named, without its password', async () => {
    const port = await freePort();

    await expect(failureThrough({ HTTPS_PROXY: `http://me:s3cret@127.0.0.1:${port}` })).resolves.toBe(
      `the proxy 127.0.0.1:${port} refuses the connection`,
    );
  });

  it.each(['proxy.corp:3128', 'socks5://me:s3cret@proxy.corp:1080', 'http://me:s3cret@proxy.corp:99999'])(
    'that is not a valid URL is rejected, without its password: %s',
    (value) => {
      expect(() => proxyFor('https:', { HTTPS_PROXY: value })).toThrow(
        'HTTPS_PROXY must be an http or https URL, as in http://proxy.example.com:3128',
      );
    },
  );

  it('is read from the lower-case variable first, and is absent if nothing is set', () => {
    const both = { https_proxy: 'http://lower:1', HTTPS_PROXY: 'http://upper:1' };

    expect(proxyFor('https:', both)?.hostname).toBe('lower');
    expect(proxyFor('https:', { ...both, https_proxy: '' })?.hostname).toBe('upper');
    expect(proxyFor('https:', { HTTP_PROXY: 'http://upper:1', HTTPS_PROXY: '' })).toBeUndefined();
  });
});
