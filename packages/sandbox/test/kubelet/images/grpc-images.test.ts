import { once } from 'node:events';
import { connect } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { endContainer } from '../../../src/kubelet/end-container.ts';
import type { Container, Image } from '../../../src/kubelet/image.ts';
import { grpcbin } from '../../../src/kubelet/images/grpcbin.ts';
import { whoami } from '../../../src/kubelet/images/whoami.ts';
import { eventually } from '../../edge/eventually.ts';
import { call, frame, unframe } from '../../support/grpc-client.ts';
import { stopAfterTest } from '../../support/stop-after-test.ts';
import { aContainerStart } from '../a-container.ts';

interface Running {
  readonly container: Container;
  readonly url: string;
  readonly log: string[];
}

async function start(image: Image, port: number): Promise<Running> {
  const log: string[] = [];
  const container = image.start(aContainerStart({ log: (line) => log.push(line) }));
  stopAfterTest(() => endContainer(container, 0));
  await eventually(() => container.addressOf(port) !== undefined);
  return { container, url: `http://${container.addressOf(port)}`, log };
}

describe('whoami over HTTP/2 without TLS', () => {
  it('describes the request, on the same port as HTTP/1.1', async () => {
    const { url, log } = await start(whoami, 80);
    const session = connect(url);
    stopAfterTest(() => session.destroy());

    const stream = session.request({ ':path': '/a?b=c', ':authority': 'app.example.com', 'x-one': '1' });
    const lines = (await text(stream)).split('\n');

    expect(lines).toEqual(
      expect.arrayContaining(['Hostname: web-1', 'GET /a?b=c HTTP/1.1', 'Host: app.example.com', 'X-One: 1']),
    );
    expect(log.at(-1)).toBe('GET /a?b=c HTTP/2.0 from 127.0.0.1');
    expect(await (await fetch(`${url}/data?size=3`)).text()).toBe('|-|');
    expect(await text(session.request({ ':path': '/data?size=3' }))).toBe('|-|');
  });

  it('finishes requests when it is stopped, and then disconnects', async () => {
    const { url, container } = await start(whoami, 80);
    const session = connect(url);
    const silent = connectTcp({ host: '127.0.0.1', port: Number(new URL(url).port) });
    stopAfterTest(() => session.destroy());
    await Promise.all([once(session, 'connect'), once(silent, 'connect')]);
    const ended = new Promise((resolve) => {
      session.on('error', () => undefined).once('close', resolve);
    });
    const stream = session.request({ ':path': '/data?size=1&unit=MB' });
    await once(stream, 'response');

    const exited = endContainer(container, 60_000);

    expect(await text(stream)).toHaveLength(1024 * 1024);
    expect(await exited).toBe(0);
    await ended;
    silent.destroy();
  });
});

describe('the description as JSON', () => {
  it('has the server and the request', async () => {
    const { url } = await start(whoami, 80);

    const response = await fetch(`${url}/api?x=1`, { headers: { 'x-one': '1' } });

    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({
      hostname: 'web-1',
      ip: ['127.0.0.1', '10.244.0.9'],
      method: 'GET',
      url: '/api?x=1',
      host: new URL(url).host,
      headers: { 'X-One': ['1'] },
    });
  });
});

describe('the gRPC service of whoami', () => {
  it('names the Pod', async () => {
    const { url } = await start(whoami, 80);

    const { httpStatus, grpcStatus, messages } = await call(url, '/whoami.Whoami/Whoami', ['']);

    expect([httpStatus, grpcStatus]).toEqual([200, '0']);
    expect(messages[0]?.toString('latin1')).toBe('\x12\x05web-1\x1a\x09127.0.0.1\x1a\x0a10.244.0.9');
  });

  it('answers an unknown method with its status', async () => {
    const { url } = await start(whoami, 80);

    expect(await call(url, '/whoami.Whoami/None', [''])).toMatchObject({ grpcStatus: '12', messages: [] });
  });
});

describe('grpcbin', () => {
  it('answers with the message that it is sent', async () => {
    const { url } = await start(grpcbin, 9000);
    const long = 'x'.repeat(100_000);

    expect(await call(url, '/grpcbin.GRPCBin/DummyUnary', [long])).toMatchObject({
      grpcStatus: '0',
      messages: [Buffer.from(long)],
    });
  });

  it('answers each message of a stream as it comes', async () => {
    const { url } = await start(grpcbin, 9000);
    const session = connect(url);
    stopAfterTest(() => session.destroy());
    const path = '/grpcbin.GRPCBin/DummyBidirectionalStreamStream';
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });

    for (const message of ['one', 'two']) {
      stream.write(frame(message));
      const [reply] = (await once(stream, 'data')) as [Buffer];
      expect(unframe(reply).map(String)).toEqual([message]);
    }
    const ended = once(stream, 'trailers') as Promise<[object]>;
    stream.end();

    expect((await ended)[0]).toMatchObject({ 'grpc-status': '0' });
  });

  it('lists the metadata', async () => {
    const { url } = await start(grpcbin, 9000);

    const { messages } = await call(url, '/grpcbin.GRPCBin/HeadersUnary', [''], { 'x-one': '1' });

    expect(messages[0]?.toString('latin1')).toContain('\x0a\x05x-one\x12\x03\x0a\x011');
  });
});
