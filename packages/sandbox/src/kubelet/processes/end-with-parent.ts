import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Ends a process and removes its folder when this process ends in any way, even by SIGKILL: a shell waits until its
 * pipe is closed. The shell is not in the process group of the terminal, so that Ctrl-C does not end it first.
 */
export function endWithParent(child: ChildProcess, folder: string): void {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -9 "$0"; rm -rf "$1"', String(child.pid), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  child.once('exit', () => guard.kill('SIGKILL'));
}
