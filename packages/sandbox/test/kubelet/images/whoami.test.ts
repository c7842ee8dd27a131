import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { afterEach, describe, expect, it } from '@jest/globals';
import { endContainer } from '../../../src/kubelet/end-container.ts';
import { type Container, type ContainerStart, type Image, KILLED } from '../../../src/kubelet/image.ts';
import { httpEcho, whoami } from '../../../src/kubelet/images/whoami.ts';
import { aKeyPair } from '../../support/certificates.ts';

const running: Container[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((container) => endContainer(container, 0)));
});

function containerOf(image: string, more: Partial<ContainerStart> = {}): ContainerStart {
  return {
    pod: { namespace: 'default', name: 'web-1', uid: 'uid-1', ip: '10.244.0.9', loopback: '127.16.0.9' },
    name: 'main',
    image,
    command: [],
    args: [],
    env: {},
    files: new Map(),
    mounts: [],
    addressAt: () => undefined,
    ports: [],
    log: () => undefined,
    ...more,
  };
}

function listeningPorts(container: Container): number[] {
  return [80, 81, 82, 5678, 8080, 8081].filter((port) => container.addressOf(port) !== undefined);
}

async function start(image: Image, more: Partial<ContainerStart> = {}): Promise<Container> {
  const container = image.start(containerOf('traefik/whoami', more));
  running.push(container);
  while (listeningPorts(container).length === 0) await setImmediate();
  return container;
}

async function fetchText(container: Container, port: number, path = '/', init: RequestInit = {}): Promise<string> {
  const response = await fetch(`http://${container.addressOf(port)}${path}`, init);
  return `${response.status} ${await response.text()}`;
}

describe('the web images', () => {
  it.each([
    { image: 'traefik/whoami', program: whoami },
    { image: 'docker.io/traefik/whoami:v1.11@sha256:abc', program: whoami },
    { image: 'nginx:1.29-alpine', program: whoami },
    { image: 'registry.example.com/library/nginx', program: whoami },
    { image: 'nginxinc/nginx-unprivileged:stable', program: whoami },
    { image: 'hashicorp/http-echo:1.0', program: httpEcho },
  ])('$image is supported', ({ image, program }) => {
    expect([whoami, httpEcho].filter(({ matches }) => matches.test(image))).toEqual([program]);
  });

  it.each(['cloudflare/cloudflared:2026.8.2', 'example/nginx-exporter', 'mywhoami:1', 'busybox'])(
    '%s is not supported',
    (image) => {
      expect([whoami, httpEcho].filter(({ matches }) => matches.test(image))).toEqual([]);
    },
  );
});

describe('whoami', () => {
  it('describes itself and the request', async () => {
    const container = await start(whoami, { ports: [{ containerPort: 8080 }] });

    const answer = await fetchText(container, 8080, '/path?x=1', { headers: { 'x-forwarded-for': '192.0.2.1' } });

    expect(answer.split('\n')).toEqual(
      expect.arrayContaining([
        '200 Hostname: web-1',
        'IP: 10.244.0.9',
        expect.stringMatching(/^RemoteAddr: 127\.0\.0\.1:\d+$/),
        'GET /path?x=1 HTTP/1.1',
        `Host: ${container.addressOf(8080)}`,
        'X-Forwarded-For: 192.0.2.1',
      ]),
    );
  });

  it('waits as long as a request asks for, while it answers others', async () => {
    const container = await start(whoami, { ports: [{ containerPort: 8080 }] });
    const answered: string[] = [];
    const ask = async (path: string) => {
      await fetchText(container, 8080, path);
      answered.push(path);
    };

    await Promise.all([ask('/?wait=1s'), ask('/')]);

    expect(answered).toEqual(['/', '/?wait=1s']);
  });

  it('is healthy at /health', async () => {
    expect(await fetchText(await start(whoami), 80, '/health')).toBe('200 ');
  });

  it.each([
    { query: 'size=5', bytes: 5 },
    { query: 'size=3&unit=KB', bytes: 3 * 1024 },
    { query: 'size=1&unit=MB', bytes: 1024 * 1024 },
  ])('sends $bytes bytes between two bars at /data?$query', async ({ query, bytes }) => {
    const answer = await fetchText(await start(whoami), 80, `/data?${query}`);

    expect(answer).toHaveLength('200 '.length + bytes);
    expect(answer).toMatch(/^200 \|-[-A-Z]+\|$/);
  });

  it('echoes the messages of a WebSocket at /echo, and ends it when it is stopped', async () => {
    const container = await start(whoami);
    const socket = new WebSocket(`ws://${container.addressOf(80)}/echo`);
    await once(socket, 'open');

    socket.send('hello');
    const [message] = (await once(socket, 'message')) as [Buffer];
    const closed = once(socket, 'close');

    expect(message.toString()).toBe('hello');
    expect(await endContainer(container, 60_000)).toBe(0);
    expect((await closed)[0]).toBe(1006);
  });

  it('answers any other upgrade, and /echo without one, as a plain request', async () => {
    const container = await start(whoami);
    const socket = new WebSocket(`ws://${container.addressOf(80)}/`);
    const [error] = (await once(socket, 'error')) as [Error];

    expect(error.message).toBe('Unexpected server response: 200');
    expect(await fetchText(container, 80, '/echo')).toBe('400 Bad Request\n');
  });

  it.each([
    { case: 'port 80 by default', more: {}, ports: [80] },
    {
      case: 'every declared TCP port',
      more: { ports: [{ containerPort: 81 }, { containerPort: 82, protocol: 'TCP' }] },
      ports: [81, 82],
    },
    { case: 'the port in its arguments', more: { args: ['--port', '8080'] }, ports: [8080] },
    { case: 'the port in its environment', more: { env: { WHOAMI_PORT_NUMBER: '8081' } }, ports: [8081] },
  ])('listens on $case', async ({ more, ports }) => {
    const container = await start(whoami, more);

    expect(listeningPorts(container)).toEqual(ports);
    expect(new Set(ports.map((port) => container.addressOf(port))).size).toBe(ports.length);
  });

  it('is not reachable before it listens', () => {
    const container = whoami.start(containerOf('traefik/whoami'));
    running.push(container);

    expect(container.addressOf(80)).toBeUndefined();
  });

  it('closes no idle connection, which a proxy may be about to use', async () => {
    const container = await start(whoami);

    const { headers } = await fetch(`http://${container.addressOf(80)}/`);

    expect([headers.get('connection'), headers.get('keep-alive')]).toEqual(['keep-alive', null]);
  });

  it('logs its requests', async () => {
    const lines: string[] = [];

    await fetchText(await start(whoami, { log: (line) => lines.push(line) }), 80, '/x');

    expect(lines).toEqual(['Starting up on port 80', 'GET /x from 127.0.0.1']);
  });

  it('stops listening when it is stopped, even on kept-alive connections', async () => {
    const container = await start(whoami);
    const address = container.addressOf(80);
    await fetchText(container, 80);

    expect(await endContainer(container, 1_000)).toBe(0);

    expect(container.addressOf(80)).toBeUndefined();
    const refused = new Promise((resolve) => get(`http://${address}/`).on('error', resolve));
    expect(await refused).toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('a web image with a certificate', () => {
  it('uses TLS with that certificate', async () => {
    const { cert, key } = await aKeyPair('web.test');
    const files = new Map(Object.entries({ '/tls/tls.crt': cert, '/tls/tls.key': key }));
    const container = await start(whoami, { args: ['-cert=/tls/tls.crt', '-key=/tls/tls.key'], files });
    const [host, port] = container.addressOf(80)?.split(':') ?? [];

    const socket = connectTls({ host, port: Number(port), ca: cert, servername: 'web.test' });
    await once(socket, 'secureConnect');

    expect(socket.authorized).toBe(true);
    socket.destroy();
  });
});

describe('a web image that is stopped', () => {
  it('aborts requests that outlast the grace period', async () => {
    const container = await start(whoami);
    const [host, port] = container.addressOf(80)?.split(':') ?? [];
    const client = connect(Number(port), host);
    const cut = new Promise((resolve) => {
      client.once('close', () => resolve('cut')); // events.once would reject on the reset that comes first
    });
    client.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost: unfinished');
    await once(client, 'connect');

    expect(await endContainer(container, 20)).toBe(KILLED);

    expect(await cut).toBe('cut');
  });
});

describe('http-echo', () => {
  it.each([{ args: ['-text=hello', '-listen=:8080'] }, { args: ['--text', 'hello', '--listen', '0.0.0.0:8080'] }])(
    'answers the text in $args',
    async ({ args }) => {
      expect(await fetchText(await start(httpEcho, { args }), 8080)).toBe('200 hello\n');
    },
  );

  it('listens on 5678 by default', async () => {
    expect(await fetchText(await start(httpEcho, { args: ['-text=hello'] }), 5678)).toBe('200 hello\n');
  });
});
