/**
 * Has every kubelet read a changed configuration of the proxy at once. A kubelet refreshes the files of a pod when the
 * pod changes, else only every 60 to 90 s.
 */
import { PROXY_CONFIG_ANNOTATION } from '../../../api/names.ts';
import type { Pod } from '../../../api/objects.ts';
import { selectorText } from '../../../core/owned.ts';
import { podsToTell } from '../../../core/tunnel/proxy-pods.ts';
import { hostnamesIn } from '../../../core/proxy/hostnames.ts';
import type { Lists, Objects } from '../pass/ports.ts';
import type { TunnelPass } from '../pass/tunnel-pass.ts';
import { type ProxyConfigPort, ownProxyConfig } from './proxy-config.ts';

export interface TellKubeletsPort extends Pick<ProxyConfigPort, 'configMaps'> {
  readonly lists: Pick<Lists, 'pods'>;
  readonly objects: Pick<Objects, 'annotate'>;
}

/** After a restart, only pods that were told of an earlier configuration are told: the others have started since. */
export async function tellKubelets(port: TellKubeletsPort, pass: TunnelPass): Promise<void> {
  const { tunnel, memory, signal } = pass;
  const configMap = ownProxyConfig(port, pass);
  const hash = configMap?.metadata.annotations?.[PROXY_CONFIG_ANNOTATION];
  if (hash === undefined || (!memory.proxy.isUntold && memory.proxy.told?.hash === hash)) return;
  const pods = (await port.lists.pods(tunnel.metadata.namespace ?? '', selectorText(tunnel), signal)) ?? [];
  const tell = (pod: Pod): Promise<boolean> =>
    port.objects.annotate(withKind(pod), { [PROXY_CONFIG_ANNOTATION]: hash }, signal);
  await Promise.all(podsToTell(pods, hash, memory.proxy.isUntold).map(tell));
  memory.proxy = { ...memory.proxy, isUntold: false, told: { hash, hostnames: hostnamesIn(configMap?.data ?? {}) } };
}

/** Objects of a list come without their kind. */
function withKind({ metadata }: Pod): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata };
}
