/** Runs the suite as a process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { VERSION } from '../../src/version.ts';
import { type TestResult, resultIn } from './results.ts';
import { SKIPPED } from './skipped.ts';

export interface SuiteOptions {
  readonly program: string;
  readonly kubeconfig: string;
  readonly gatewayClass: string;
  /** `host:port` of the proxy to tunnels. */
  readonly edge: string;
  /** Only these tests. Empty: all. */
  readonly only: readonly string[];
  /** Where the report goes. Undefined: nowhere. */
  readonly report: string | undefined;
  readonly log: (line: string) => void;
}

const PROFILES = ['GATEWAY-HTTP', 'GATEWAY-GRPC'];

const IMPLEMENTATION = {
  organization: 'cftunnel',
  project: 'cftunnel-operator',
  url: 'https://cftunnel.io',
  version: `v${VERSION}`,
  contact: 'the issues of the repository',
};

/** Resolves with the results of all tests that have ended, in their order. */
export async function runSuite(options: SuiteOptions, signal: AbortSignal): Promise<readonly TestResult[]> {
  const { program, kubeconfig, edge, only, log } = options;
  const child = spawn(program, ['-test.v=test2json', '-test.timeout=0', ...flagsFor(options)], {
    cwd: import.meta.dirname,
    env: { ...process.env, KUBECONFIG: kubeconfig, CONFORMANCE_EDGE: edge, CONFORMANCE_ONLY: only.join(',') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  signal.addEventListener('abort', () => child.kill('SIGKILL'));
  return collect(child, log);
}

function flagsFor({ gatewayClass, report }: SuiteOptions): string[] {
  return [
    `--gateway-class=${gatewayClass}`,
    `--conformance-profiles=${PROFILES.join(',')}`,
    `--skip-tests=${SKIPPED.map(({ test }) => test).join(',')}`,
    ...Object.entries(IMPLEMENTATION).map(([name, value]) => `--${name}=${value}`),
    ...(report === undefined ? [] : [`--report-output=${report}`]),
  ];
}

async function collect(child: ChildProcess, log: (line: string) => void): Promise<readonly TestResult[]> {
  const results: TestResult[] = [];
  const ended = once(child, 'close');
  if (child.stdout !== null)
    for await (const line of createInterface({ input: child.stdout })) {
      log(line);
      const result = resultIn(line);
      if (result !== undefined) results.push(result);
    }
  await ended;
  return results;
}
