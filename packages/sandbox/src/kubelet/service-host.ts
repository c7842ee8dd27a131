/** A parsed Service name and port. */
export interface ServiceHost {
  readonly service: string;
  readonly namespace: string;
  readonly port: number;
}

const SERVICE_HOST = /^(?<service>[^.:]+)\.(?<namespace>[^.:]+)(?:\.svc(?:\.cluster\.local)?)?\.?(?::(?<port>\d+))?$/;
const DEFAULT_PORT = 80;

/** Parses `<service>.<namespace>[.svc[.cluster.local]][:port]`. Undefined for other names. */
export function parseServiceHost(hostPort: string): ServiceHost | undefined {
  const groups = SERVICE_HOST.exec(hostPort.toLowerCase())?.groups;
  const { service, namespace, port } = groups ?? {};
  if (service === undefined || namespace === undefined) return undefined;
  return { service, namespace, port: port === undefined ? DEFAULT_PORT : Number(port) };
}
