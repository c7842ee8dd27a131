import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { endContainer } from '../../../src/kubelet/end-container.ts';
import { type Container, type ContainerStart, KILLED } from '../../../src/kubelet/image.ts';
import { BUILT_IN_IMAGES } from '../../../src/kubelet/images/built-in-images.ts';
import { opensshServer } from '../../../src/kubelet/images/openssh-server.ts';
import { postgres } from '../../../src/kubelet/images/postgres.ts';

const running: Container[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((container) => endContainer(container, 0)));
});

function startOf(more: Partial<ContainerStart>): ContainerStart {
  return {
    pod: { namespace: 'default', name: 'db-1', uid: 'uid-1', ip: '10.244.0.9', loopback: '127.16.0.9' },
    name: 'main',
    image: '',
    command: [],
    args: [],
    env: { POSTGRES_PASSWORD: 'secret' },
    files: new Map(),
    mounts: [],
    addressAt: () => undefined,
    ports: [],
    log: () => undefined,
    ...more,
  };
}

async function start(image: typeof postgres, port: number, more: Partial<ContainerStart> = {}): Promise<Container> {
  const container = image.start(startOf(more));
  running.push(container);
  while (container.addressOf(port) === undefined) await setImmediate();
  return container;
}

async function dial(container: Container, port: number): Promise<Socket> {
  const [host, at] = container.addressOf(port)?.split(':') ?? [];
  const socket = connect(Number(at), host);
  await once(socket, 'connect');
  return socket;
}

/** Everything that the server says until it disconnects. */
async function answerTo(container: Container, port: number, ...messages: readonly Buffer[]): Promise<string> {
  const socket = await dial(container, port);
  for (const message of messages) socket.write(message);
  return (await buffer(socket)).toString('latin1');
}

/** A message of PostgreSQL's protocol before the authentication. */
function messageOf(code: number, more = ''): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + more.length, 0);
  head.writeUInt32BE(code, 4);
  return Buffer.concat([head, Buffer.from(more)]);
}

const TLS = 80_877_103;
const STARTUP = 196_608;

describe('a container', () => {
  it.each([
    { image: 'linuxserver/openssh-server:version-9.7_p1-r4', program: opensshServer },
    { image: 'lscr.io/linuxserver/openssh-server', program: opensshServer },
    { image: 'postgres:17.6-alpine', program: postgres },
    { image: 'docker.io/library/postgres', program: postgres },
  ])('of $image runs the program that emulates it', ({ image, program }) => {
    expect(BUILT_IN_IMAGES.find(({ matches }) => matches.test(image))).toBe(program);
  });

  it.each(['example/postgres-exporter:1', 'openssh:9'])('of %s has no program', (image) => {
    expect(BUILT_IN_IMAGES.some(({ matches }) => matches.test(image))).toBe(false);
  });

  it.each([
    { grace: 1_000, code: 0 },
    { grace: 0, code: KILLED },
  ])('disconnects its clients when it ends with code $code', async ({ grace, code }) => {
    const container = await start(opensshServer, 2222);
    const client = await dial(container, 2222);
    client.on('error', () => undefined).resume();
    const closed = once(client, 'close');

    expect(await endContainer(container, grace)).toBe(code);

    await closed;
    expect(container.addressOf(2222)).toBeUndefined();
  });
});

describe('openssh-server', () => {
  it('identifies itself, and disconnects a client that does the same with a readable reason', async () => {
    const answer = await answerTo(await start(opensshServer, 2222), 2222, Buffer.from('SSH-2.0-test\r\n'));

    const [identification, packet = ''] = answer.split('\r\n');
    expect(identification).toBe('SSH-2.0-OpenSSH_9.7');
    const [length, padding] = [Buffer.from(packet, 'latin1').readUInt32BE(0), packet.charCodeAt(4)];
    expect(packet).toHaveLength(4 + length);
    expect(packet.length % 8).toBe(0);
    expect(padding).toBeGreaterThanOrEqual(4);
    expect(packet.slice(5, 10)).toBe('\u0001\0\0\0\u000b');
    expect(packet).toContain('the sandbox has no shell');
  });

  it('listens on the port in its environment', async () => {
    const container = await start(opensshServer, 2200, { env: { LISTEN_PORT: '2200' } });

    expect(container.addressOf(2222)).toBeUndefined();
  });
});

describe('postgres', () => {
  it('declines encryption, and refuses a client as a server that cannot be used yet does', async () => {
    const container = await start(postgres, 5432);

    const answer = await answerTo(container, 5432, messageOf(TLS), messageOf(STARTUP, 'user\0postgres\0\0'));

    expect(answer).toMatch(/^NE[^]{4}SFATAL\0VFATAL\0C57P03\0Mthe sandbox has no database[^\0]*\0\0$/);
  });

  it('waits for the rest of a message', async () => {
    const container = await start(postgres, 5432);
    const startup = messageOf(STARTUP, 'user\0postgres\0\0');
    const socket = await dial(container, 5432);
    socket.write(startup.subarray(0, 10));
    await setImmediate();
    socket.write(startup.subarray(10));

    expect((await buffer(socket)).toString('latin1')).toMatch(/^E/);
  });

  it('ends if it has no password', async () => {
    const lines: string[] = [];
    const container = postgres.start(startOf({ env: {}, log: (line) => lines.push(line) }));

    expect(await container.exited).toBe(1);
    expect(lines).toEqual(['Error: Database is uninitialized and superuser password is not specified.']);
  });

  it('needs no password if it trusts everybody', async () => {
    const container = await start(postgres, 5432, { env: { POSTGRES_HOST_AUTH_METHOD: 'trust' } });

    expect(await answerTo(container, 5432, messageOf(STARTUP))).toMatch(/^E/);
  });
});
