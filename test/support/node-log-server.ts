/** Answers a real API server that asks the node for the log of a container, as a kubelet does. */
import { createServer } from 'node:https';
import { listenOnLoopback } from 'cftunnel-sandbox/edge/loopback-server';
import type { Kubelet } from 'cftunnel-sandbox/kubelet/kubelet';
import { newKeyPair } from '../../src/adapters/key-pair.ts';

export interface NodeLogServer {
  /** The status of a Node that an API server asks here. */
  readonly nodeStatus: object;
  stop(): Promise<void>;
}

/** Always sends the whole log, whatever part of it was asked for. An API server does not verify the certificate by default. */
export async function startNodeLogServer({ logs }: Pick<Kubelet, 'logs'>): Promise<NodeLogServer> {
  const { certificate: cert, key } = await newKeyPair();
  const listener = createServer({ cert, key }, ({ url = '' }, answer) => {
    const [, namespace = '', pod = '', container] = /^\/containerLogs\/([^/]+)\/([^/]+)\/([^/?]+)/.exec(url) ?? [];
    const lines = logs(namespace, pod, container);
    answer.writeHead(200, { 'content-type': 'text/plain' }).end(lines.map((line) => `${line}\n`).join(''));
  });
  const server = await listenOnLoopback(listener, 0);
  return {
    nodeStatus: {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: server.port } },
    },
    stop: () => server.stop(),
  };
}
