import { duplexPair } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MessageSplitter } from '../../../src/edge/rpc/capnp/framing.ts';
import { openMessage } from '../../../src/edge/rpc/capnp/struct-reader.ts';
import { buildMessage } from '../../../src/edge/rpc/capnp/struct-builder.ts';
import { registerConnection, type RegisterReply, type RegisterRequest } from '../../../src/edge/rpc/registration.ts';
import { RegistrationClient } from '../../../src/edge/rpc/registration-client.ts';
import { type RegistrationService, serveRegistration } from '../../../src/edge/rpc/serve-registration.ts';
import { writeResults } from '../../../src/edge/rpc/write-rpc-message.ts';

const REQUEST: RegisterRequest = {
  accountTag: '0123456789abcdef0123456789abcdef',
  tunnelSecret: Buffer.alloc(32, 7).toString('base64'),
  tunnelId: '6ff42ae2-765d-4adf-8112-31c55c1551ef',
  connIndex: 3,
  connector: {
    id: '69ca6e1c-b0da-4fb2-9d0a-af2f23254436',
    features: ['allow_remote_config', 'serialized_headers'],
    version: '2026.8.2',
    arch: 'linux_amd64',
  },
  originLocalIp: '127.0.0.5',
  replaceExisting: true,
  previousAttempts: 2,
};
const REGISTERED: RegisterReply = {
  kind: 'registered',
  connectionId: '69ca6e1c-b0da-4fb2-9d0a-af2f23254436',
  location: 'fra01',
  isRemotelyManaged: false,
};

function aConversation(overrides: Partial<RegistrationService> = {}) {
  const [connectorSide, edgeSide] = duplexPair();
  const seen: unknown[] = [];
  serveRegistration(edgeSide, {
    register: (request) => {
      seen.push(request);
      return REGISTERED;
    },
    unregister: () => void seen.push('unregister'),
    updateLocalConfiguration: (config) => void seen.push(config),
    ...overrides,
  });
  return { client: new RegistrationClient(connectorSide), connectorSide, edgeSide, seen };
}

describe('registering', () => {
  it('sends all parameters to the edge and the reply to the connector', async () => {
    const { client, seen } = aConversation();

    expect(await client.register(REQUEST)).toEqual(REGISTERED);
    expect(seen).toEqual([REQUEST]);
  });

  it('returns the reason of a refusal and when to retry', async () => {
    const refusal = { kind: 'refused', cause: 'Unauthorized: Tunnel not found', shouldRetry: true, retryAfterMs: 5000 };
    const { client } = aConversation({ register: () => refusal as RegisterReply });

    expect(await client.register(REQUEST)).toEqual(refusal);
  });

  it('can be followed by any number of calls', async () => {
    const { client, seen } = aConversation();
    await client.register(REQUEST);

    await client.updateLocalConfiguration({ ingress: [] });
    await client.unregister();

    expect(seen.slice(1)).toEqual(['{"ingress":[]}', 'unregister']);
  });

  it('fails at the connector if it fails at the edge, and the stream stays open', async () => {
    const { client } = aConversation({
      register: () => {
        throw new Error('no room');
      },
    });

    await expect(client.register(REQUEST)).rejects.toThrow('no room');
    await expect(client.unregister()).resolves.toBeUndefined();
  });

  it('fails if the stream ends first', async () => {
    const [connectorSide, edgeSide] = duplexPair();
    const client = new RegistrationClient(connectorSide);
    const registering = client.register(REQUEST);

    edgeSide.end();
    connectorSide.destroy();

    await expect(registering).rejects.toThrow('the control stream is closed');
    await expect(client.unregister()).rejects.toThrow('the control stream is closed');
  });

  it('fails if the reply is malformed', async () => {
    const [connectorSide, edgeSide] = duplexPair();
    const registering = new RegistrationClient(connectorSide).register(REQUEST);

    edgeSide.write(Buffer.from('00000000ffffffff', 'hex'));

    await expect(registering).rejects.toThrow('malformed message');
  });

  it('of a tunnel whose id is not a UUID is refused as malformed', () => {
    const message = buildMessage(registerConnection.params.size, (root) => root.setData(1, Buffer.alloc(5)));
    const [segments = []] = new MessageSplitter().push(message);

    expect(() => registerConnection.params.read(openMessage(segments))).toThrow('16 bytes');
  });
});

/** Recorded between cloudflared 2026.8.2 and an edge. */
const BOOTSTRAP = '000000000500000000000000010001000800000000000000000000000100010000000000000000000000000000000000';
const BOOTSTRAPPED =
  '000000000b00000000000000010001000300000000000000000000000200010000000000000000000000000000000000000000000000020003000000000000000100000017000000040000000100010001000000000000000000000000000000';
const ANSWER =
  '00000000110000000000000001000100030000000000000000000000020001000100000000000000000000000000000000000000000002000400000000000100000000000000000000000000010001000100000000000000000000000100020001000000000000000500000082000000090000003200000069ca6e1cb0da4fb29d0aaf2f232544364c4f433031000000';

async function nextBytes(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => {
    stream.once('data', (chunk: Buffer) => resolve(chunk.toString('hex')));
  });
}

describe('the encoding', () => {
  it('of a bootstrap request equals that of cloudflared', async () => {
    const [connectorSide, edgeSide] = duplexPair();

    const asked = nextBytes(edgeSide);
    const client = new RegistrationClient(connectorSide);

    expect(await asked).toBe(BOOTSTRAP);
    client.close();
  });

  it('of the bootstrap answer equals one that cloudflared has accepted', async () => {
    const { connectorSide, edgeSide } = aConversation();
    connectorSide.removeAllListeners('data');

    edgeSide.emit('data', Buffer.from(BOOTSTRAP, 'hex'));

    expect(await nextBytes(connectorSide)).toBe(BOOTSTRAPPED);
  });

  it('of the registration reply equals one that cloudflared has accepted', () => {
    const details: RegisterReply = { ...REGISTERED, location: 'LOC01', isRemotelyManaged: true };

    expect(writeResults(1, registerConnection.results, details).toString('hex')).toBe(ANSWER);
  });
});

describe('any bytes on a control stream', () => {
  it('are answered or end the stream', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const [connectorSide, edgeSide] = duplexPair();
        serveRegistration(edgeSide, {
          register: () => REGISTERED,
          unregister: () => undefined,
          updateLocalConfiguration: () => undefined,
        });

        edgeSide.emit('data', Buffer.from(bytes));

        connectorSide.destroy();
        edgeSide.destroy();
      }),
      { numRuns: 500 },
    );
  });
});
