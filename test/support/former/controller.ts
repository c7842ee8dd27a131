/** The controller of another tool, whose image the sandbox does not have: it does its passes while its Deployment asks for pods. */
import { setTimeout as delay } from 'node:timers/promises';
import type { World } from '../world.ts';

export interface StandIn {
  stop(): Promise<void>;
}

const PAUSE_MS = 100;

/** Starts a stand-in. A pass that fails is done again, as a controller does it. */
export function startStandIn({ kube }: World, deployment: string, pass: () => Promise<void>): StandIn {
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const found = await kube.find('Deployment', deployment).catch(() => undefined);
      if (Number(found?.spec?.['replicas'] ?? 0) > 0) await pass().catch(() => undefined);
      await delay(PAUSE_MS);
    }
  };
  const running = loop();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
