/** The parts of an origin that is a Service, such as `http://web.default.svc:80`. */

export function hostOf(origin: string): string {
  return origin.slice(origin.indexOf('//') + 2, origin.lastIndexOf(':'));
}

export function portOf(origin: string): number {
  return Number(origin.slice(origin.lastIndexOf(':') + 1));
}
