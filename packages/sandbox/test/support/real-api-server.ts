/** A real kube-apiserver: started for the tests, or an existing one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { type CallRecord, type Upstream, startRecorder } from './recorder.ts';

export interface RealApiServer {
  /** Plain HTTP on loopback. Every request is recorded. */
  readonly url: string;
  readonly calls: CallRecord;
  stop(): Promise<void>;
}

/** Where the server comes from. Default: the environment variables with these names. */
export interface RealApiSource {
  /** Folder with `etcd` and `kube-apiserver`, started for every world. Takes precedence over KUBECONFIG. */
  readonly KUBEBUILDER_ASSETS?: string | undefined;
  /** An empty, disposable server. Worlds leave their objects in it, so it suits only one file of scenarios. */
  readonly KUBECONFIG?: string | undefined;
}

/** Starts or connects to a real API server, behind a recorder. */
export async function startRealApiServer(source: RealApiSource = process.env): Promise<RealApiServer> {
  const reached = await reachServer(source);
  const recorder = await startRecorder(reached.upstream);
  const stop = async (): Promise<void> => {
    await recorder.stop();
    await reached.stop();
  };
  try {
    await eventually(() => expectReady(recorder.url));
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: recorder.url, calls: recorder.calls, stop };
}

async function expectReady(url: string): Promise<void> {
  const { status } = await fetch(`${url}/api/v1/namespaces/default`);
  if (status !== 200) throw new Error(`the API server answers ${status}`);
}

interface Reached {
  readonly upstream: Upstream;
  stop(): Promise<void>;
}

function reachServer({ KUBEBUILDER_ASSETS: assets, KUBECONFIG: file }: RealApiSource): Promise<Reached> {
  if (assets !== undefined) return startFromAssets(assets);
  if (file !== undefined) return reachByKubeconfig(file);
  throw new Error('set KUBEBUILDER_ASSETS or KUBECONFIG to test against a real API server');
}

async function reachByKubeconfig(file: string): Promise<Reached> {
  const config = new KubeConfig();
  config.loadFromFile(file);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const url = config.getCurrentCluster()?.server;
  if (url === undefined) throw new Error(`${file} names no current cluster`);
  return { upstream: { url, options: { ...options, agent: undefined } }, stop: async () => undefined };
}

/** As envtest does, with the data in a temporary folder. Only the recorder has administrator credentials. */
async function startFromAssets(assets: string): Promise<Reached> {
  const folder = await mkdtemp(join(tmpdir(), 'cftunnel-apiserver-'));
  const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
  const token = 'scenario';
  const tokens = join(folder, 'tokens.csv');
  await writeFile(tokens, `${token},scenario,1,system:masters\n`);
  const children = [run(join(assets, 'etcd'), etcdFlags(folder, client, peer))];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(end));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    // The API server exits if it finds no etcd for a while.
    await eventually(() => fetch(`http://127.0.0.1:${client}/health`));
    children.push(run(join(assets, 'kube-apiserver'), apiserverFlags(folder, tokens, client, secure)));
  } catch (error) {
    await stop();
    throw error;
  }
  const options = { headers: { authorization: `Bearer ${token}` }, rejectUnauthorized: false };
  return { upstream: { url: `https://127.0.0.1:${secure}`, options }, stop };
}

function etcdFlags(folder: string, client: number, peer: number): readonly string[] {
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=http://127.0.0.1:${client}`,
    `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    '--unsafe-no-fsync',
  ];
}

function apiserverFlags(folder: string, tokens: string, etcd: number, port: number): readonly string[] {
  const certificates = join(folder, 'certificates');
  const key = join(certificates, 'apiserver.key');
  return [
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${certificates}`,
    `--token-auth-file=${tokens}`,
    '--authorization-mode=RBAC',
    '--enable-admission-plugins=OwnerReferencesPermissionEnforcement',
    // Space for more Services than the 254 of the usual /24.
    '--service-cluster-ip-range=10.0.0.0/16',
    '--service-account-issuer=https://localhost',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--disable-admission-plugins=ServiceAccount',
  ];
}

function run(program: string, flags: readonly string[]): ChildProcess {
  return spawn(program, flags, { stdio: 'ignore' });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await closed;
}
