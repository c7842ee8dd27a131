/** Whether a change replaces the connectors of a Tunnel. */
import type { Tunnel } from '../../api/objects.ts';
import { sameJson } from '../equal.ts';
import { leadToProxy } from '../ingress/proxied-routes.ts';
import { compileConfig } from '../ingress/rule.ts';
import { podTemplateFor } from '../manifests/deployment.ts';
import type { Route } from '../model/route.ts';
import { settingsOf } from '../model/tunnel-settings.ts';
import { proxyNeed } from '../tunnel/proxy-need.ts';

/** A Tunnel and the routes that it publishes. */
export interface PublishedTunnel {
  readonly tunnel: Tunnel;
  readonly routes: readonly Route[];
}

export function haveSamePods(before: PublishedTunnel, after: PublishedTunnel): boolean {
  return sameJson(podsOf(before), podsOf(after));
}

function podsOf({ tunnel, routes }: PublishedTunnel): unknown {
  const { proxy, cloudflared } = settingsOf(tunnel);
  const { hasProxy } = proxyNeed(proxy, { isWanted: leadToProxy(routes), isInUse: false });
  const needs = { config: JSON.stringify(filesOf({ tunnel, routes })), credentials: '', hasProxy };
  return { template: podTemplateFor(tunnel, needs), patches: cloudflared.patches };
}

/** What connectors read when they start: their rules, unless Cloudflare sends these, and certificates. */
function filesOf({ tunnel, routes }: PublishedTunnel): unknown {
  const isLocal = settingsOf(tunnel).configMode === 'Local';
  const certificates = routes.flatMap(({ caPool }) => caPool?.fingerprint ?? []);
  return isLocal ? compileConfig('', tunnel.spec, routes) : [...new Set(certificates)].toSorted();
}
