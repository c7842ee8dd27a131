/** Notes in the ConfigMap that a Tunnel may have applications, so that they are found again after a crash. */
import { isCaFile } from '../../../../core/ca-pool/files.ts';
import { compileConfig } from '../../../../core/ingress/rule.ts';
import { configMapFor } from '../../../../core/manifests/config-map.ts';
import {
  CONFIG_KEY,
  ROUTES_KEY,
  encodeRoutes,
  mayHaveApplications,
  withApplications,
} from '../../../../core/published-routes/routes-json.ts';
import { writeOwned } from '../../owned/owned-objects.ts';
import { ownConfigMap } from '../../pass/published-routes.ts';
import type { TunnelPass } from '../../pass/tunnel-pass.ts';
import type { ApplicationsPort } from './port.ts';

type NotePort = Pick<ApplicationsPort, 'configMaps'>;

/** Whether the Tunnel may have applications. A lost ConfigMap proves nothing. */
export function noteOf(port: NotePort, pass: TunnelPass): 'some' | 'none' | 'unknown' {
  const configMap = ownConfigMap(port, pass);
  if (configMap !== undefined) return mayHaveApplications(configMap) ? 'some' : 'none';
  return pass.tunnel.status?.config?.hash === undefined ? 'none' : 'unknown';
}

/** Before the first application is created. The rules stay as they are. */
export async function noteApplications(port: ApplicationsPort, pass: TunnelPass, tunnelId: string): Promise<void> {
  const configMap = ownConfigMap(port, pass);
  if (configMap !== undefined && mayHaveApplications(configMap)) return;
  await writeOwned(withoutEvents(port), pass, configMapFor(pass.tunnel, rulesWith(port, pass, tunnelId)));
}

function rulesWith(port: ApplicationsPort, pass: TunnelPass, tunnelId: string) {
  const data = ownConfigMap(port, pass)?.data ?? {};
  const config = data[CONFIG_KEY] ?? port.renderConfig(compileConfig(tunnelId, pass.tunnel.spec, []));
  const routes = withApplications(data[ROUTES_KEY] ?? encodeRoutes([]));
  const caFiles = Object.fromEntries(Object.entries(data).filter(([name]) => isCaFile(name)));
  return { config, routes, caFiles, hash: port.hash(config) };
}

/** No rule is published by this. */
function withoutEvents(port: ApplicationsPort): ApplicationsPort {
  return { ...port, changed: () => undefined };
}
