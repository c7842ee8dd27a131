import type { Service, Tunnel } from '../api/objects.ts';
import { tunnelMark } from '../core/dns/mark.ts';
import { keyOf } from '../core/keys.ts';
import { hasFinalizer } from '../core/finalizer.ts';
import { describeLeftovers } from '../core/tunnel/clean-up-timeout.ts';
import type { CommandContext } from './context.ts';

/** An operator renews its Lease every two seconds. */
const HEARTBEAT_MS = 5_000;
const POLL_MS = 500;

/** A write that conflicts with another one is repeated. */
const MAX_ROUNDS = 5;

export interface ReleaseOptions {
  readonly isForced: boolean;
  /** Name of the cluster in the marks of records. */
  readonly cluster: string;
  readonly hash: (text: string) => string;
}

/** Takes our finalizer off everything that carries it, for a cluster whose operator is gone. True: none is left. */
export async function release(ctx: CommandContext, options: ReleaseOptions): Promise<boolean> {
  if (!options.isForced && (await isOperatorRunning(ctx))) {
    ctx.say(
      'The operator is running and cleans up by itself: use uninstall. Nothing was changed (--force overrides this check)',
    );
    return false;
  }
  let problems: readonly string[] = [];
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const held = await heldObjects(ctx);
    if (held.length === 0) {
      ctx.say('No Tunnel and no Service carries the finalizer of the operator');
      return true;
    }
    problems = (await Promise.all(held.map((object) => releaseOne(ctx, object, options)))).flat();
    if (problems.length > 0) await ctx.pause(POLL_MS);
  }
  for (const problem of problems) ctx.say(problem);
  return false;
}

async function isOperatorRunning({ installation, nowMs, pause }: CommandContext): Promise<boolean> {
  const first = await installation.heartbeat();
  if (first === undefined) return false;
  const until = nowMs() + HEARTBEAT_MS;
  while (nowMs() < until) {
    await pause(POLL_MS);
    if ((await installation.heartbeat()) !== first) return true;
  }
  return false;
}

/** Services first: they are the user's own. */
async function heldObjects({ installation }: CommandContext): Promise<readonly (Tunnel | Service)[]> {
  const services = await installation.servicesWithFinalizer();
  return [...services, ...(await installation.tunnels()).filter(hasFinalizer)];
}

async function releaseOne(
  ctx: CommandContext,
  object: Tunnel | Service,
  options: ReleaseOptions,
): Promise<readonly string[]> {
  const finalizerRemoved = await ctx.attempt(async () => {
    const remains = isTunnel(object) ? await leftoversFrom(ctx, object, options) : [];
    await ctx.installation.release(object);
    for (const line of [`${object.kind} ${keyOf(object)}: released`, ...remains]) ctx.say(line);
  });
  return 'problem' in finalizerRemoved ? [`${object.kind} ${keyOf(object)}: ${finalizerRemoved.problem}`] : [];
}

function isTunnel(object: Tunnel | Service): object is Tunnel {
  return object.kind === 'Tunnel';
}

/** What stays at Cloudflare without an operator. */
async function leftoversFrom(ctx: CommandContext, tunnel: Tunnel, options: ReleaseOptions): Promise<readonly string[]> {
  const id = tunnel.status?.tunnelId;
  if (id === undefined) return [];
  const routes = (await ctx.installation.publishedRoutes(tunnel)) ?? [];
  const hostnames = [...new Set(routes.map(({ hostname }) => hostname))].toSorted();
  const mark = tunnelMark(options.cluster, keyOf(tunnel), options.hash);
  const remains = describeLeftovers({ tunnel: `${tunnel.status?.tunnelName} (${id})`, hostnames, mark }, NEXT_STEP);
  return remains === undefined ? [] : [`  ${remains}`];
}

const NEXT_STEP = 'Remove them in the Cloudflare dashboard';
