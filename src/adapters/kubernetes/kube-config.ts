import { KubeConfig } from '@kubernetes/client-node';

/** The cluster to talk to: a named file, else `KUBECONFIG`, else the Pod's own account, else the user's file. */
export function loadKubeConfig(file: string | undefined): KubeConfig {
  const config = new KubeConfig();
  if (file === undefined) config.loadFromDefault();
  else config.loadFromFile(file);
  return config;
}
