import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { DialOrigin } from './dial-origin.ts';

/**
 * Dials through an HTTP proxy: how a process that is not in the cluster's network gets there.
 * cloudflared asks `HTTP_PROXY` with a plain request where this opens a tunnel; the proxy offers both.
 */
export function dialThroughProxy(proxyUrl: string): DialOrigin {
  const { hostname, port: proxyPort } = new URL(proxyUrl);
  return (host, port, timeoutMs) =>
    new Promise((resolve, reject) => {
      const path = `${host.includes(':') ? `[${host}]` : host}:${port}`;
      const asking = request({ host: hostname, port: proxyPort, method: 'CONNECT', path, agent: false });
      const timer = setTimeout(() => asking.destroy(new Error('i/o timeout')), timeoutMs);
      asking.once('close', () => clearTimeout(timer));
      asking.once('error', (error) => reject(new Error(`dial tcp ${path}: ${error.message}`, { cause: error })));
      asking.once('connect', (answer, socket: Socket) => {
        clearTimeout(timer);
        if (answer.statusCode === 200) return resolve(socket);
        socket.destroy();
        reject(new Error(answer.statusMessage));
      });
      asking.end();
    });
}
