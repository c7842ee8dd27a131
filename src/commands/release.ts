import type { KubeObject, Tunnel } from '../api/objects.ts';
import { tunnelMark } from '../core/dns/mark.ts';
import { keyOf } from '../core/keys.ts';
import { hasFinalizer } from '../core/finalizer.ts';
import { describeLeftovers } from '../core/tunnel/clean-up-timeout.ts';
import type { CommandContext } from './context.ts';

/** How long to watch the Lease, which a running operator renews every two seconds. */
const HEARTBEAT_MS = 5_000;
const POLL_MS = 500;

/** Number of attempts: a write that conflicts with another one is repeated. */
const MAX_ROUNDS = 5;

export interface ReleaseOptions {
  readonly isForced: boolean;
  /** Name of the cluster, part of the mark on each record. */
  readonly cluster: string;
  readonly hash: (text: string) => string;
}

/** Removes our finalizer from every object, in a cluster whose operator is gone. True: no object has it any more. */
export async function release(ctx: CommandContext, options: ReleaseOptions): Promise<boolean> {
  if (!options.isForced && (await isOperatorRunning(ctx))) {
    ctx.say(
      'The operator is running, so use uninstall instead, which lets it clean up. Nothing was changed (--force overrides this check)',
    );
    return false;
  }
  let problems: readonly string[] = [];
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const held = await heldObjects(ctx);
    if (held.length === 0) {
      ctx.say('No Tunnel, Service, Ingress or route has the finalizer of the operator');
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

/** What routes come from is first, because it belongs to the users. */
async function heldObjects({ installation }: CommandContext): Promise<readonly KubeObject[]> {
  const sources = await installation.sourcesWithFinalizer();
  return [...sources, ...(await installation.tunnels()).filter(hasFinalizer)];
}

async function releaseOne(
  ctx: CommandContext,
  object: KubeObject,
  options: ReleaseOptions,
): Promise<readonly string[]> {
  const result = await ctx.attempt(async () => {
    const leftovers = isTunnel(object) ? await leftoversFrom(ctx, object, options) : [];
    await ctx.installation.release(object);
    for (const line of [`${object.kind} ${keyOf(object)}: released`, ...leftovers]) ctx.say(line);
  });
  return 'problem' in result ? [`${object.kind} ${keyOf(object)}: ${result.problem}`] : [];
}

function isTunnel(object: KubeObject): object is Tunnel {
  return object.kind === 'Tunnel';
}

/** What remains at Cloudflare. */
async function leftoversFrom(ctx: CommandContext, tunnel: Tunnel, options: ReleaseOptions): Promise<readonly string[]> {
  const id = tunnel.status?.tunnelId;
  if (id === undefined) return [];
  const routes = (await ctx.installation.publishedRoutes(tunnel)) ?? [];
  const hostnames = [...new Set(routes.map(({ hostname }) => hostname))].toSorted();
  const mark = tunnelMark(options.cluster, keyOf(tunnel), options.hash);
  const leftovers = describeLeftovers({ tunnel: `${tunnel.status?.tunnelName} (${id})`, hostnames, mark }, NEXT_STEP);
  return leftovers === undefined ? [] : [`  ${leftovers}`];
}

const NEXT_STEP = 'Remove them in the Cloudflare dashboard';
