import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Ends a process and removes its folders when this process ends in any way, even by SIGKILL: a shell waits until its
 * pipe is closed. The shell is not in the process group of the terminal, so that Ctrl-C does not end it first.
 */
export function endWithParent(child: ChildProcess, folders: readonly string[]): void {
  const script = 'read -r _; kill -9 "$0"; rm -rf "$@"';
  const guard = spawn('/bin/sh', ['-c', script, String(child.pid), ...folders], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  child.once('exit', () => guard.kill('SIGKILL'));
}
