/** A Kubernetes IntOrString where the string is a percentage. */
export type IntOrPercent = number | string;

/** The number it stands for out of `total`; percentages are rounded the given way. */
export function scaledValue(value: IntOrPercent, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const exact = (Number.parseInt(value, 10) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
