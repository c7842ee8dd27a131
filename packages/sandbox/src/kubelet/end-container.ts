import type { Container } from './image.ts';

/**
 * Sends SIGTERM, and SIGKILL after the grace period. Resolves with the exit code. Without a grace period, sends only
 * SIGKILL.
 */
export async function endContainer(container: Container, graceMs: number): Promise<number> {
  if (graceMs === 0) {
    container.kill();
    return container.exited;
  }
  const kill = setTimeout(() => container.kill(), graceMs);
  container.terminate();
  const exitCode = await container.exited;
  clearTimeout(kill);
  return exitCode;
}
