/** Deployments that run cloudflared in a second container. */
import { type Connector, connectorsIn } from '../../../src/core/migrate/connector.ts';
import type { Container, Volume, Workload } from '../../../src/core/migrate/facts.ts';

export const IMAGE = 'cloudflare/cloudflared:2026.8.2';

export function runningBeside(container: Container, volumes: readonly Volume[] = [], labels = {}): Workload {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'edge', namespace: 'shop', labels },
    spec: { template: { spec: { containers: [{ image: 'example/sidecar:1' }, container], volumes } } },
  };
}

export function connectorOf(container: Container, volumes: readonly Volume[] = []): Connector | undefined {
  return connectorsIn([runningBeside({ image: IMAGE, ...container }, volumes)])[0];
}
