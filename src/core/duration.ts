const SECONDS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, ms: 0.001, s: 1, m: 60, h: 3600 };

/** The longest duration that Go parses: 63 bits of nanoseconds. */
const MAX_SECONDS = 9_223_372_036;

/** Parses a Go duration such as `1m30s` into seconds; `undefined` for any other text. */
export function parseSeconds(text: string): number | undefined {
  if (!/^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/([0-9]+(?:\.[0-9]+)?)(ns|us|ms|s|m|h)/g)];
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (SECONDS[unit ?? ''] ?? 0), 0);
}

/** Whether Go parses a text as a duration that is not negative. */
export function isDuration(text: string): boolean {
  const seconds = text.length > 32 ? undefined : parseSeconds(text);
  return seconds !== undefined && seconds <= MAX_SECONDS;
}
