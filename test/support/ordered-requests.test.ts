/** The real API server receives what a node says about a Pod in the order in which the node said it. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { eventually } from 'cftunnel-sandbox/testing/eventually';
import { OrderedRequests } from './ordered-requests.ts';

const POD = '/pods/web';

let server: Server;
let stopped: AbortController;
let requests: OrderedRequests;
let received: string[];
/** What the next requests are answered, each once it is let through. */
let answers: Promise<number>[];

beforeEach(async () => {
  received = [];
  answers = [];
  server = createServer((request, response) => {
    void answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stopped = new AbortController();
  requests = new OrderedRequests(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, stopped.signal);
});

afterEach(async () => {
  stopped.abort();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  received.push(`${request.method} ${request.url} ${await text(request)}`);
  response.writeHead((await answers.shift()) ?? 200).end('{}');
}

const report = (body: number) => requests.send(POD, { method: 'PATCH', path: `${POD}/status`, body });

it('waits for the answer before it sends the next one, and skips what is no longer true', async () => {
  const first = Promise.withResolvers<number>();
  answers = [first.promise];
  report(1);
  report(2);
  report(3);
  requests.send(POD, { method: 'DELETE', path: POD, body: {} });
  await eventually(() => expect(received).toEqual([`PATCH ${POD}/status 1`]));
  first.resolve(200);

  await eventually(() =>
    expect(received).toEqual([`PATCH ${POD}/status 1`, `PATCH ${POD}/status 3`, `DELETE ${POD} {}`]),
  );
});

it('repeats what the server could not take', async () => {
  answers = [Promise.resolve(503), Promise.resolve(429)];
  report(1);

  await eventually(() =>
    expect(received).toEqual([`PATCH ${POD}/status 1`, `PATCH ${POD}/status 1`, `PATCH ${POD}/status 1`]),
  );
});

it('sends what is true by then instead of what failed', async () => {
  const first = Promise.withResolvers<number>();
  answers = [first.promise];
  report(1);
  await eventually(() => expect(received).toEqual([`PATCH ${POD}/status 1`]));
  report(2);
  first.resolve(503);

  await eventually(() => expect(received).toEqual([`PATCH ${POD}/status 1`, `PATCH ${POD}/status 2`]));
});

it('does not repeat a request about an object that is gone', async () => {
  answers = [Promise.resolve(404), Promise.resolve(409)];
  report(1);
  await eventually(() => expect(received).toEqual([`PATCH ${POD}/status 1`]));
  report(2);
  await eventually(() => expect(received).toEqual([`PATCH ${POD}/status 1`, `PATCH ${POD}/status 2`]));
  report(3);

  await eventually(() =>
    expect(received).toEqual([`PATCH ${POD}/status 1`, `PATCH ${POD}/status 2`, `PATCH ${POD}/status 3`]),
  );
});
