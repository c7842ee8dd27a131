import type { Demo } from './steps.ts';

/** A demo that keeps running, and where its files are. */
export interface RunningDemo {
  readonly demo: Demo;
  readonly kubeconfig: string;
  /** CA certificate of the edge, in PEM. */
  readonly caFile: string;
  readonly operatorLog: string;
}

const PODS = '-l app.kubernetes.io/name=cloudflared';

/** Prints commands to try, and returns when the process is interrupted. */
export async function keepAlive(running: RunningDemo): Promise<void> {
  process.stdout.write(instructions(running));
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

function instructions({ demo, kubeconfig, caFile, operatorLog }: RunningDemo): string {
  const { edge, cloudflare } = demo.sandbox;
  const visit = (host: string, path = '/') => `curl -H 'Host: ${host}' ${edge.url}${path}`;
  const { port } = new URL(edge.secureUrl);
  const visitSecurely = (host: string) =>
    `curl --cacert ${caFile} --resolve ${host}:${port}:127.0.0.1 https://${host}:${port}/`;
  const api = `${cloudflare.url}/accounts/${demo.accountId}/cfd_tunnel`;
  return `
The demo keeps running. In another terminal, in this folder:

   export KUBECONFIG=${kubeconfig}

   See what there is     kubectl get tunnels,deployments,services,pods
   Why it is exposed     kubectl describe service web
   Visit the hostname    ${visit('app.example.com')}
   The same over HTTPS   ${visitSecurely('app.example.com')}
   Add a hostname        kubectl annotate service web cftunnel.io/hostname=app.example.com,hello.example.com --overwrite
                         ${visit('hello.example.com')} -f --retry 9 --retry-all-errors
   Try another example   kubectl apply -f examples/07-paths
                         kubectl wait service/store-api --for=condition=cftunnel.io/Exposed
                         ${visit('store.example.com', '/api/orders')}
   Scale                 kubectl scale tunnel home --replicas=4
   Restart connectors    kubectl rollout restart deployment home-cloudflared
   Kill a connector      kubectl delete --force --grace-period=0 $(kubectl get pods ${PODS} -o name | head -1)
   Watch it recover      kubectl get pods ${PODS} --watch
   Connector log         kubectl logs deployment/home-cloudflared
   Operator log          tail -f ${operatorLog}
   Ask Cloudflare        curl -H 'Authorization: Bearer ${demo.token}' ${api}
   Leave                 kubectl delete tunnel --all

   Press Ctrl-C to stop. Nothing is kept.
`;
}
