import { CLUSTER, type CrashWorld } from '../crash/crash-world.ts';
import { type LocalOperator, startLocalOperator } from './local-operator.ts';

/** Five minutes take three seconds. */
const SPEED = 100;

/** An operator in this process for a world, a hundred times faster than real time by default. */
export async function startHurriedOperator({ sandbox }: CrashWorld, speed = SPEED): Promise<LocalOperator> {
  const operator = startLocalOperator({
    cluster: CLUSTER,
    kubernetesUrl: sandbox.kubernetes.url,
    cloudflareUrl: sandbox.cloudflare.url,
    speed,
    observer: { ended: () => undefined },
  });
  await operator.working;
  return operator;
}
