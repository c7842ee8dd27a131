import http from 'node:http';
import https from 'node:https';
import { connect } from 'node:net';
import type { ProbeSpec } from '../kubernetes/controllers/workloads.ts';

/** Resolves a port number or name to `host:port` on this machine. Undefined while nothing listens. */
export type ProbeTarget = (port: number | string) => string | undefined;

const DEFAULT_TIMEOUT_SECONDS = 1;

/** Probes once, as the kubelet does. Returns the failure message, or undefined after a success. */
export function probe(spec: ProbeSpec, target: ProbeTarget): Promise<string | undefined> {
  const timeoutMs = (spec.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
  const { httpGet, tcpSocket, grpc } = spec;
  const port = httpGet?.port ?? tcpSocket?.port ?? grpc?.port;
  if (port === undefined) return Promise.resolve(undefined);
  const address = target(port);
  if (address === undefined) return Promise.resolve(`dial tcp: port ${port}: connect: connection refused`);
  return httpGet === undefined ? dial(address, timeoutMs) : get(address, httpGet, timeoutMs);
}

function get(
  address: string,
  { path = '/', scheme = 'HTTP', httpHeaders = [] }: NonNullable<ProbeSpec['httpGet']>,
  timeoutMs: number,
): Promise<string | undefined> {
  const headers = { 'user-agent': 'kube-probe/1.34', connection: 'close', ...asHeaders(httpHeaders) };
  const url = `${scheme.toLowerCase()}://${address}${path}`;
  const options = { headers, agent: false, timeout: timeoutMs };
  const client = scheme === 'HTTPS' ? https : http;
  return new Promise((resolve) => {
    const request = client.get(url, { ...options, rejectUnauthorized: false }, (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      const isHealthy = statusCode >= 200 && statusCode < 400;
      resolve(isHealthy ? undefined : `HTTP probe failed with statuscode: ${statusCode}`);
    });
    request.once('timeout', () => request.destroy(new Error('context deadline exceeded')));
    request.once('error', (error) => resolve(`Get "${url}": ${error.message}`));
  });
}

function asHeaders(pairs: readonly { readonly name: string; readonly value: string }[]): Record<string, string> {
  return Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
}

function dial(address: string, timeoutMs: number): Promise<string | undefined> {
  const colon = address.lastIndexOf(':');
  return new Promise((resolve) => {
    const socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('i/o timeout')));
    socket.once('error', (error) => resolve(`dial tcp ${address}: ${error.message}`));
    socket.once('connect', () => {
      resolve(undefined);
      socket.destroy();
    });
  });
}
