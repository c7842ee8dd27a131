/** A Secret, ConfigMap or key that a container needs does not exist (yet). */
export class MissingReferenceError extends Error {
  override readonly name = 'MissingReferenceError';
}
