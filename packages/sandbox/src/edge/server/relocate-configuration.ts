/** What an ingress rule says about the Pod of a connector: its origin, and a file. */
const PLACES = new Set(['service', 'caPool']);

/** A configuration with the paths and addresses at which its connector finds them on this machine. */
export function relocateConfiguration(config: unknown, translate: (text: string) => string): unknown {
  return JSON.parse(JSON.stringify(config), (key, value: unknown) =>
    PLACES.has(key) && typeof value === 'string' ? translate(value) : value,
  );
}
