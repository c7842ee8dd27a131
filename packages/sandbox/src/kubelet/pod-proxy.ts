import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../edge/loopback-server.ts';
import type { Kubelet } from './kubelet.ts';

/** The way to the Pods for a process outside of the cluster's network. */
export interface PodProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts an HTTP forward proxy on loopback that reaches Pods by their cluster addresses, and nothing else. */
export async function startPodProxy(kubelet: Pick<Kubelet, 'pods' | 'addressOf'>): Promise<PodProxy> {
  const proxy = createServer((incoming, answer) => forward(kubelet, incoming, answer));
  const server = await listenOnLoopback(proxy, 0);
  return {
    url: `http://127.0.0.1:${server.port}`,
    async stop() {
      proxy.closeAllConnections();
      await server.stop();
    },
  };
}

function forward(
  kubelet: Pick<Kubelet, 'pods' | 'addressOf'>,
  incoming: IncomingMessage,
  answer: ServerResponse,
): void {
  const url = URL.parse(incoming.url ?? '');
  const pod = kubelet.pods().find(({ ip }) => ip === url?.hostname);
  const address = pod && url && kubelet.addressOf(pod, Number(url.port));
  if (address === undefined || url === null) {
    answer.writeHead(502).end();
    return;
  }
  const { method, headers } = incoming;
  const target = new URL(`${url.pathname}${url.search}`, `http://${address}`);
  const onward = request(target, { method, headers, agent: false }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  onward.once('error', () => answer.destroy());
  incoming.pipe(onward);
}
