/** Loads a kubeconfig as kubectl does, wherever client-node does otherwise. */
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { type Cluster, type Context, KubeConfig, type User } from '@kubernetes/client-node';
import { whyUnreadable } from '../unreadable.ts';

/** A kubeconfig that cannot be used. The message quotes nothing of it but names, since it contains credentials. */
export class KubeConfigError extends Error {
  override readonly name = 'KubeConfigError';
}

/**
 * Loads the given file, else the files in `KUBECONFIG`, else `~/.kube/config`, else the Pod's service account. Throws if
 * there is no such context in it, or if the context leads to no cluster.
 */
export function loadKubeConfig(file: string | undefined, context?: string): KubeConfig {
  return selected(file === undefined ? loadDefault(process.env['KUBECONFIG']) : loadFile(file), context);
}

/** The namespace of the current context. */
export function currentNamespace(config: KubeConfig): string {
  return config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
}

function loadDefault(variable: string | undefined): KubeConfig {
  const files = (variable ?? '').split(delimiter).filter((file) => file !== '');
  if (files.length > 0) return loadFiles(files);
  const config = new KubeConfig();
  reading('~/.kube/config', () => config.loadFromDefault());
  if (config.getCurrentContext() !== NOTHING_FOUND) return config;
  throw new KubeConfigError('there is no kubeconfig: KUBECONFIG is not set, and ~/.kube/config does not exist');
}

/** What client-node calls its context for a server on localhost, if it finds nothing else. */
const NOTHING_FOUND = 'loaded-context';

/** A file that does not exist is left out, and of entries with the same name the first counts. */
function loadFiles(files: readonly string[]): KubeConfig {
  const configs = files.filter((file) => existsSync(file)).map(loadFile);
  if (configs.length === 0) throw new KubeConfigError(`there is no kubeconfig at ${files.join(', ')} (KUBECONFIG)`);
  const merged = new KubeConfig();
  merged.loadFromOptions({
    clusters: firstOfEachName(configs.flatMap((config) => config.getClusters())),
    users: firstOfEachName(configs.flatMap((config) => config.getUsers())),
    contexts: firstOfEachName(configs.flatMap((config) => config.getContexts())),
    currentContext: configs.map((config) => config.getCurrentContext()).find(Boolean),
  });
  return merged;
}

function firstOfEachName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return entries.filter(({ name }, index) => entries.findIndex((other) => other.name === name) === index);
}

function loadFile(file: string): KubeConfig {
  const config = new KubeConfig();
  reading(file, () => config.loadFromFile(file));
  return config;
}

function reading(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new KubeConfigError(`kubeconfig ${file}: ${whyUnusable(error, file)}`, { cause: error });
  }
}

/** A kubeconfig may name other files. The parser's own messages quote the lines around a fault. */
function whyUnusable(error: unknown, file: string): string {
  const { mark, path } = Object(error) as { readonly mark?: { readonly line: number }; readonly path?: string };
  if (mark !== undefined) return `line ${mark.line + 1} is not valid YAML`;
  const why = whyUnreadable(error);
  if (why !== undefined) return path === undefined || path === file ? why : `${path}: ${why}`;
  return error instanceof Error && !(error instanceof TypeError) ? error.message : 'this is not a kubeconfig';
}

/** The context that is asked for, else the current one, with what it refers to. */
function selected(config: KubeConfig, asked: string | undefined): KubeConfig {
  const name = asked ?? config.getCurrentContext();
  if (!name) throw new KubeConfigError(`the kubeconfig has no current context. Give --context. ${contextsOf(config)}`);
  const context = config.getContexts().find((one) => one.name === name);
  if (context === undefined) throw new KubeConfigError(`the kubeconfig has no context ${name}. ${contextsOf(config)}`);
  const cluster = config.getClusters().find((one) => one.name === context.cluster);
  if (cluster === undefined)
    throw new KubeConfigError(
      `context ${name} of the kubeconfig names the cluster ${context.cluster}, which is not in it`,
    );
  const user = userOf(config, context);
  const chosen = new KubeConfig();
  chosen.loadFromOptions({
    contexts: [{ ...context, user: user.name }],
    clusters: [reachable(cluster, user)],
    users: [user],
    currentContext: name,
  });
  return chosen;
}

function contextsOf(config: KubeConfig): string {
  const names = config.getContexts().map(({ name }) => name);
  return `Its contexts: ${names.length === 0 ? 'none' : names.join(', ')}`;
}

/** Without a user, client-node would not apply the settings of the cluster either. */
function userOf(config: KubeConfig, { name, user }: Context): User {
  if (!user) return { name: 'anonymous' };
  const found = config.getUsers().find((one) => one.name === user);
  if (found !== undefined) return found;
  throw new KubeConfigError(`context ${name} of the kubeconfig names the user ${user}, who is not in it`);
}

/**
 * The cluster with a scheme in its URL. client-node refuses plain HTTP unless the certificate needs no check, and there
 * is none to check.
 */
function reachable(cluster: Cluster, user: User): Cluster {
  const hasTls = [cluster.caFile, cluster.caData, user.certFile, user.certData, cluster.skipTLSVerify].some(Boolean);
  const server = cluster.server.includes('://') ? cluster.server : `${hasTls ? 'https' : 'http'}://${cluster.server}`;
  if (!/^https?:\/\//.test(server) || !URL.canParse(server))
    throw new KubeConfigError(
      `cluster ${cluster.name} of the kubeconfig has the server ${cluster.server}, which is not a URL`,
    );
  if (cluster.proxyUrl && !(/^(https?|socks)/.test(cluster.proxyUrl) && URL.canParse(cluster.proxyUrl)))
    throw new KubeConfigError(
      `cluster ${cluster.name} of the kubeconfig has a proxy-url that is not an http, https or socks5 URL`,
    );
  return { ...cluster, server, skipTLSVerify: cluster.skipTLSVerify || server.startsWith('http:') };
}
