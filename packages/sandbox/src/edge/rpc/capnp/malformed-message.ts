/** The bytes are not a valid message, or the message exceeds a limit. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}
