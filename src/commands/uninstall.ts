import { ACCESS_SERVICE_TOKEN_KIND, ALLOW_DELETE_ANNOTATION, TUNNEL_DEFINITION } from '../api/names.ts';
import type { KubeObject, Tunnel } from '../api/objects.ts';
import { keyOf } from '../core/keys.ts';
import {
  HANDED_OVER,
  accessObjectsIn,
  type Installed,
  describeDeletion,
  isUninstalled,
  blockersOf,
  tunnelsGone,
  tunnelsToDelete,
} from '../core/uninstall/steps.ts';
import type { CommandContext } from './context.ts';

const POLL_MS = 1_000;

const NOTHING: Installed = { tunnels: [], heldSources: [] };

export interface UninstallOptions {
  /** Connectors, tunnels and records keep working without the operator. */
  readonly keepsTunnels: boolean;
  /** The protection of the CustomResourceDefinition is not lifted, for an installer that does not delete it. */
  readonly keepsDefinition: boolean;
  readonly timeoutMs: number;
  /** The only namespace to uninstall from. If it is set, the CustomResourceDefinition is kept as well. */
  readonly namespace: string | undefined;
}

/** Deletes every Tunnel and waits until the operator has cleaned up. True: `kubectl delete` can remove the rest. */
export async function uninstall(context: CommandContext, options: UninstallOptions): Promise<boolean> {
  const ctx = { ...context, say: eachLineOnce(context.say) };
  const until = ctx.nowMs() + options.timeoutMs;
  let before = NOTHING;
  for (;;) {
    const current = await ctx.attempt(() => readInstalled(ctx));
    if ('problem' in current) ctx.say(current.problem);
    else {
      for (const key of tunnelsGone(before, current.value)) ctx.say(`Tunnel ${key}: deleted`);
      if (isUninstalled(current.value)) return finish(ctx, options);
      for (const tunnel of tunnelsToDelete(current.value)) await remove(ctx, tunnel, options);
      for (const object of accessObjectsIn(current.value)) await endAccess(ctx, object, options);
      before = current.value;
    }
    if (ctx.nowMs() >= until) return giveUp(ctx, before, options);
    await ctx.pause(POLL_MS);
  }
}

/** Prints each line only once, although every poll repeats it. */
function eachLineOnce(say: CommandContext['say']): CommandContext['say'] {
  const printed = new Set<string>();
  return (line) => {
    if (!printed.has(line)) say(line);
    printed.add(line);
  };
}

/** Sources are read only once every Tunnel is gone, because a Tunnel is deleted after its sources are released. */
async function readInstalled({ installation }: CommandContext): Promise<Installed> {
  const tunnels = await installation.tunnels();
  return { tunnels, heldSources: tunnels.length === 0 ? await installation.sourcesWithFinalizer() : [] };
}

async function remove(ctx: CommandContext, tunnel: Tunnel, { keepsTunnels }: UninstallOptions): Promise<void> {
  const removed = await ctx.attempt(async () => {
    if (keepsTunnels) await ctx.installation.setSpec(tunnel, HANDED_OVER);
    await ctx.installation.remove(tunnel);
  });
  const what = describeDeletion(tunnel, keepsTunnels);
  ctx.say(`Tunnel ${keyOf(tunnel)}: ${'problem' in removed ? removed.problem : what}`);
}

/** Policies of deleted Tunnels disappear by themselves, unless the Tunnels were handed over with what they use. */
async function endAccess(ctx: CommandContext, object: KubeObject, { keepsTunnels }: UninstallOptions): Promise<void> {
  const isToken = object.kind === ACCESS_SERVICE_TOKEN_KIND;
  const title = `${object.kind} ${keyOf(object)}`;
  const ended = await ctx.attempt(async () => {
    if (keepsTunnels) await ctx.installation.release(object);
    else if (isToken) await ctx.installation.remove(object);
  });
  if ('problem' in ended) ctx.say(`${title}: ${ended.problem}`);
  else if (keepsTunnels) ctx.say(`${title}: handed over: what it has at Cloudflare is kept`);
  else if (isToken) ctx.say(`${title}: being deleted with its Secret`);
}

async function finish({ installation, attempt, say }: CommandContext, options: UninstallOptions): Promise<boolean> {
  say('No Tunnel is left, and no Service, Ingress or route has the finalizer of the operator');
  if (options.namespace !== undefined) {
    say(`The CustomResourceDefinition is kept, because namespaces other than ${options.namespace} may use it`);
    return true;
  }
  if (options.keepsDefinition) {
    say(`The CustomResourceDefinition ${TUNNEL_DEFINITION} is kept. You may delete it when the operator is removed`);
    return true;
  }
  const allowed = await attempt(() => installation.allowDefinitionDelete());
  if ('problem' in allowed) {
    say(`${allowed.problem}. Allow it by hand: kubectl annotate --overwrite ${ALLOW_BY_HAND}`);
    return false;
  }
  say('Now remove the operator as it was installed: kubectl delete -k deploy, or helm uninstall');
  return true;
}

const ALLOW_BY_HAND = `crd/${TUNNEL_DEFINITION} ${ALLOW_DELETE_ANNOTATION}=true`;

function giveUp({ say }: CommandContext, current: Installed, { timeoutMs }: UninstallOptions): boolean {
  say(`Not finished after ${Math.round(timeoutMs / 1000)} s. Still waiting for:`);
  for (const line of blockersOf(current)) say(`  ${line}`);
  say('Run the command again to keep waiting. If the operator can no longer run: kubectl apply -k deploy/release');
  return false;
}
