import { ALLOW_DELETE_ANNOTATION, TUNNEL_DEFINITION } from '../api/names.ts';
import type { Tunnel } from '../api/objects.ts';
import { keyOf } from '../core/keys.ts';
import {
  HANDED_OVER,
  type Installed,
  fateOf,
  isUninstalled,
  notReady,
  tunnelsGone,
  tunnelsToDelete,
} from '../core/uninstall/steps.ts';
import type { CommandContext } from './context.ts';

const POLL_MS = 1_000;

const NOTHING: Installed = { tunnels: [], finalizerAdded: [] };

export interface UninstallOptions {
  /** Connectors, tunnels and records keep working without the operator. */
  readonly keepsTunnels: boolean;
  readonly timeoutMs: number;
  /** Other namespaces are somebody else's, and so is the CustomResourceDefinition. */
  readonly namespace: string | undefined;
}

/** Deletes every Tunnel and waits until the operator has cleaned up. True: nothing holds up `kubectl delete` any more. */
export async function uninstall(context: CommandContext, options: UninstallOptions): Promise<boolean> {
  const ctx = { ...context, say: eachLineOnce(context.say) };
  const until = ctx.nowMs() + options.timeoutMs;
  let before = NOTHING;
  for (;;) {
    const seen = await ctx.attempt(() => look(ctx));
    if ('problem' in seen) ctx.say(seen.problem);
    else {
      for (const key of tunnelsGone(before, seen.value)) ctx.say(`Tunnel ${key}: gone`);
      if (isUninstalled(seen.value)) return finish(ctx, options);
      for (const tunnel of tunnelsToDelete(seen.value)) await remove(ctx, tunnel, options);
      before = seen.value;
    }
    if (ctx.nowMs() >= until) return giveUp(ctx, before, options);
    await ctx.pause(POLL_MS);
  }
}

/** Prints a line that repeats in every poll only once. */
function eachLineOnce(say: CommandContext['say']): CommandContext['say'] {
  const said = new Set<string>();
  return (line) => {
    if (!said.has(line)) say(line);
    said.add(line);
  };
}

/** A Tunnel is gone only after its Services were released: before that there is no need to read them. */
async function look({ installation }: CommandContext): Promise<Installed> {
  const tunnels = await installation.tunnels();
  return { tunnels, finalizerAdded: tunnels.length === 0 ? await installation.servicesWithFinalizer() : [] };
}

async function remove(ctx: CommandContext, tunnel: Tunnel, { keepsTunnels }: UninstallOptions): Promise<void> {
  const removed = await ctx.attempt(async () => {
    if (keepsTunnels) await ctx.installation.setSpec(tunnel, HANDED_OVER);
    await ctx.installation.remove(tunnel);
  });
  const what = fateOf(tunnel, keepsTunnels);
  ctx.say(`Tunnel ${keyOf(tunnel)}: ${'problem' in removed ? removed.problem : what}`);
}

async function finish({ installation, attempt, say }: CommandContext, options: UninstallOptions): Promise<boolean> {
  say('No Tunnel is left, and no Service carries the finalizer of the operator');
  if (options.namespace !== undefined) {
    say(`The CustomResourceDefinition stays: other namespaces than ${options.namespace} may use it`);
    return true;
  }
  const allowed = await attempt(() => installation.allowDefinitionDelete());
  if ('problem' in allowed) {
    say(`${allowed.problem}. Allow it by hand: kubectl annotate --overwrite ${ALLOW_BY_HAND}`);
    return false;
  }
  say('Remove the operator with: kubectl delete -k deploy');
  return true;
}

const ALLOW_BY_HAND = `crd/${TUNNEL_DEFINITION} ${ALLOW_DELETE_ANNOTATION}=true`;

function giveUp({ say }: CommandContext, seen: Installed, { timeoutMs }: UninstallOptions): boolean {
  say(`Not done after ${Math.round(timeoutMs / 1000)} s. What is in the way:`);
  for (const obstacle of notReady(seen)) say(`  ${obstacle}`);
  say('Run the command again to go on waiting. If the operator cannot run any more: kubectl apply -k deploy/release');
  return false;
}
