import { KubeConfig } from '@kubernetes/client-node';

/** Loads the given file, else `KUBECONFIG`, else `~/.kube/config`, else the Pod's service account. */
export function loadKubeConfig(file: string | undefined): KubeConfig {
  const config = new KubeConfig();
  if (file === undefined) config.loadFromDefault();
  else config.loadFromFile(file);
  return config;
}
