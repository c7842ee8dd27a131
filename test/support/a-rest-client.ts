import { afterEach } from '@jest/globals';
import type { KubeConfig } from '@kubernetes/client-node';
import { RestClient } from '../../src/adapters/kubernetes/rest-client.ts';

const clients: RestClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

/** A client of the Kubernetes API at a URL, without credentials and without importing client-node. */
export function aRestClient(url: string): RestClient {
  const config = {
    getCurrentCluster: () => ({ name: 'loopback', server: url }),
    applyToHTTPSOptions: () => Promise.resolve(),
  };
  const client = new RestClient(config as unknown as KubeConfig);
  clients.push(client);
  return client;
}
