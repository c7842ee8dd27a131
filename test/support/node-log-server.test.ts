import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { startNodeLogServer } from './node-log-server.ts';

it('answers with the log of the container that an API server asks for', async () => {
  const asked: unknown[] = [];
  const logs = (...container: readonly unknown[]) => {
    asked.push(container);
    return ['one', 'two'];
  };
  const server = await startNodeLogServer({ logs });
  try {
    const { port, address } = addressIn(server.nodeStatus);
    expect(await get(`https://${address}:${port}/containerLogs/shop/web-0/web?tailLines=5`)).toBe('one\ntwo\n');
    expect(asked).toEqual([['shop', 'web-0', 'web']]);
  } finally {
    await server.stop();
  }
});

function addressIn(status: unknown) {
  const { addresses, daemonEndpoints } = status as {
    readonly addresses: readonly { readonly address: string }[];
    readonly daemonEndpoints: { readonly kubeletEndpoint: { readonly Port: number } };
  };
  return { address: addresses[0]?.address, port: daemonEndpoints.kubeletEndpoint.Port };
}

function get(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { rejectUnauthorized: false, agent: false }, (answer) => resolve(text(answer)));
    call.once('error', reject).end();
  });
}
