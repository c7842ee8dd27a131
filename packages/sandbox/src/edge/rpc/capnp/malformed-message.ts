/** The bytes are no message, or none that is worth reading: too large, or knotted. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}
