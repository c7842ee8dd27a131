/** Asks a connector which version of the remote configuration it runs, on its metrics port. */
import { type IncomingMessage, get } from 'node:http';
import type { Pod } from '../../api/objects.ts';
import { METRICS_PORT } from '../../core/manifests/deployment.ts';
import { withinDeadline } from '../deadline.ts';

/** A pod that does not answer in this time is one that cannot be asked. */
const TIMEOUT_MS = 1_000;

/** No metrics of a connector are larger. */
const MAX_BYTES = 1_048_576;

const VERSION = /^cloudflared_orchestration_config_version (\S+)$/m;

/** `undefined`: the pod cannot be reached or says nothing of it. `proxy`: for an operator outside of the cluster. */
export function ruleVersionReader(proxy?: URL) {
  return async ({ status }: Pod, signal: AbortSignal): Promise<number | undefined> => {
    if (status?.podIP === undefined) return undefined;
    const url = urlOf(status.podIP);
    try {
      const text = await withinDeadline(TIMEOUT_MS, signal, (either) => fetchText(url, proxy, either));
      const version = Number(VERSION.exec(text)?.[1]);
      return Number.isInteger(version) ? version : undefined;
    } catch (error) {
      if (signal.aborted) throw error;
      return undefined;
    }
  };
}

function urlOf(address: string): URL {
  return new URL(`http://${address.includes(':') ? `[${address}]` : address}:${METRICS_PORT}/metrics`);
}

/** To a proxy, the request names the whole URL. */
async function fetchText(url: URL, proxy: URL | undefined, signal: AbortSignal): Promise<string> {
  const { hostname, port } = proxy ?? url;
  const path = proxy === undefined ? url.pathname : url.href;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: hostname.replace(/^\[|\]$/g, ''), port, path, signal, agent: false }, resolve).once('error', reject);
  });
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    text += chunk;
    if (text.length > MAX_BYTES) throw new Error('the metrics of a connector are too large');
  }
  if (response.statusCode !== 200) throw new Error(`the metrics answered ${response.statusCode}`);
  return text;
}
