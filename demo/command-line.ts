/** What `cftunnel` says about the exposed Service. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Demo, HOSTNAME } from './steps.ts';

const CFTUNNEL = path.resolve(import.meta.dirname, '../dist/cftunnel.js');
const run = promisify(execFile);

/** Asks twice, as a user would, and shows the answers. */
export async function ask({ sandbox, reporter }: Demo, kubeconfig: string): Promise<void> {
  reporter.heading('Ask: kubectl cftunnel get, and explain');
  const env = { ...process.env, KUBECONFIG: kubeconfig, CLOUDFLARE_BASE_URL: sandbox.cloudflare.url };
  const cftunnel = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run(process.execPath, [CFTUNNEL, ...args], { env });
    for (const line of [`$ kubectl cftunnel ${args.join(' ')}`, ...stdout.trimEnd().split('\n')]) reporter.say(line);
    return stdout;
  };
  const hostnames = await cftunnel('get');
  reporter.check(`get shows that ${HOSTNAME} is exposed`, /app\.example\.com .* Exposed/.test(hostnames));
  const explanation = await cftunnel('explain', HOSTNAME);
  reporter.check('explain finds the rule published and the record ours', /, published[^]*, ours\)/.test(explanation));
  sandbox.cloudflare.calls.clear();
}
