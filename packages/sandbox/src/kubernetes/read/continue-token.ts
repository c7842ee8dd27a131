import { isObject } from '../json.ts';
import { badRequest } from '../status-error.ts';

/** Version of a token that continues with the current state. */
export const LATEST = -1;

/** The start of the next page. */
export interface ContinueToken {
  readonly version: number;
  /** Key of the last returned object. */
  readonly after: string;
}

/** The opaque text for clients. */
export function encodeContinue({ version, after }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: after })).toString('base64url');
}

/** Decodes a token. Throws 400 for a text that this server did not create. */
export function decodeContinue(text: string): ContinueToken {
  const token = parse(text);
  if (!isObject(token) || token['v'] !== 'meta.k8s.io/v1')
    throw badRequest('continue key is not valid: incorrect encoding');
  return { version: Number(token['rv']), after: String(token['start']) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
