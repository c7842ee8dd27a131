import { parseSeconds } from '../duration.ts';

/** A duration of the Gateway API, such as `1m30s`, in milliseconds; `undefined` for any other text. */
export function milliseconds(text: string | undefined): number | undefined {
  const seconds = text === undefined ? undefined : parseSeconds(text);
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}
