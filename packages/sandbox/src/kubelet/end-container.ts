import type { Container } from './image.ts';

/** SIGTERM, and SIGKILL when the grace period is over; resolves with the exit code. No grace at all means SIGKILL. */
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
