import { isObject } from '../json.ts';
import { badRequest } from '../status-error.ts';

/** Version of a token that continues with whatever is there now. */
export const LATEST = -1;

/** Where the next page begins. */
export interface ContinueToken {
  readonly version: number;
  /** Key of the last object already shown. */
  readonly after: string;
}

/** The opaque text handed to clients. */
export function encodeContinue({ version, after }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: after })).toString('base64url');
}

/** Reads a token back; 400 for anything this server did not make. */
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
