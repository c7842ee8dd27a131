import type { FlagType } from './cloudflared-flags.ts';
import { parseGoDuration } from './go-duration.ts';

const GO_BOOLEAN = /^(?:1|0|t|f|T|F|true|false|TRUE|FALSE|True|False)$/;

/** Whether a text on the command line or in the environment is a valid value of the type. */
export function isFlagText(type: FlagType, text: string): boolean {
  switch (type) {
    case 'boolean':
      return GO_BOOLEAN.test(text);
    case 'integer':
      return /^[+-]?\d+$/.test(text);
    case 'duration':
      return parseGoDuration(text) !== undefined;
    case 'string':
    case 'strings':
      return true;
    default:
      return type satisfies never;
  }
}
