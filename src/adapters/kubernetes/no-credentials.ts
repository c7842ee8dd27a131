import { whyUnreadable } from '../unreadable.ts';

/**
 * Why client-node has found no credentials. `program`: the one that the kubeconfig names for them. What such a program
 * has printed is not repeated, since it may be a credential; what it has to say about itself is.
 */
export function whyNoCredentials(error: unknown, program: string | undefined): string {
  const { code, path, syscall, message } = Object(error) as NodeJS.ErrnoException;
  if (syscall?.startsWith('spawn') === true)
    return code === 'ENOENT'
      ? `the program ${program} is not installed`
      : `the program ${program} does not start (${code})`;
  if (error instanceof TypeError || error instanceof SyntaxError)
    return program === undefined ? 'its user is not complete' : `the program ${program} has printed no ExecCredential`;
  const why = whyUnreadable(error);
  if (why !== undefined) return path === undefined ? why : `${path}: ${why}`;
  const said = message.trim().replaceAll(/\s*\n\s*/g, ' ');
  return program === undefined ? said : `the program ${program} has failed: ${said}`;
}
