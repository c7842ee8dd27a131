const UNIX_SOCKET = /^unix(?:\+tls)?:/;

/** A configuration with the paths at which its connector finds them on this machine. */
export function relocateConfiguration(config: unknown, translate: (text: string) => string): unknown {
  return JSON.parse(JSON.stringify(config), (key, value: unknown) => (isPath(key, value) ? translate(value) : value));
}

function isPath(key: string, value: unknown): value is string {
  if (typeof value !== 'string') return false;
  return key === 'caPool' || (key === 'service' && UNIX_SOCKET.test(value));
}
