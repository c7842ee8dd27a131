/** A Kubernetes IntOrString where the string is a percentage. */
export type IntOrPercent = number | string;

/** The absolute number for `total`. Percentages are rounded in the given direction. */
export function scaledValue(value: IntOrPercent, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const exact = (Number.parseInt(value, 10) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
