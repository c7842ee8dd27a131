/** The process exits before it runs a tunnel. */
export class EarlyExit extends Error {
  override readonly name = 'EarlyExit';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
