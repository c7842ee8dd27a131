import { KubeConfig } from '@kubernetes/client-node';

/**
 * Loads the given file, else `KUBECONFIG`, else `~/.kube/config`, else the Pod's service account. Throws if there is no
 * such context in it.
 */
export function loadKubeConfig(file: string | undefined, context?: string): KubeConfig {
  const config = new KubeConfig();
  if (file === undefined) config.loadFromDefault();
  else config.loadFromFile(file);
  if (context === undefined) return config;
  if (config.getContextObject(context) === null) throw new Error(noSuchContext(config, context));
  config.setCurrentContext(context);
  return config;
}

/** The namespace of the current context. */
export function currentNamespace(config: KubeConfig): string {
  return config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
}

function noSuchContext(config: KubeConfig, context: string): string {
  const names = config.getContexts().map(({ name }) => name);
  return `the kubeconfig has no context ${context}. Its contexts: ${names.length === 0 ? 'none' : names.join(', ')}`;
}
