import type { Story } from './story.ts';

/** Where the parts of a demo that stays up are found. */
export interface Staying {
  readonly story: Story;
  readonly kubeconfig: string;
  /** PEM of the authority behind the edge's certificates. */
  readonly caFile: string;
  readonly operatorLog: string;
}

const PODS = '-l app.kubernetes.io/name=cloudflared';

/** Tells what can be done now, each line to be pasted as it is, and stays until it is interrupted. */
export async function stay(staying: Staying): Promise<void> {
  process.stdout.write(instructions(staying));
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

function instructions({ story, kubeconfig, caFile, operatorLog }: Staying): string {
  const { edge, cloudflare } = story.sandbox;
  const visit = (host: string) => `curl -H 'Host: ${host}' ${edge.url}/`;
  const { port } = new URL(edge.secureUrl);
  const visitSecurely = (host: string) =>
    `curl --cacert ${caFile} --resolve ${host}:${port}:127.0.0.1 https://${host}:${port}/`;
  const api = `${cloudflare.url}/accounts/${story.accountId}/cfd_tunnel`;
  return `
Staying up. In another terminal:

   export KUBECONFIG=${kubeconfig}

   See what there is     kubectl get tunnels,deployments,services,pods
   Visit the hostname    ${visit('app.example.com')}
   The same over HTTPS   ${visitSecurely('app.example.com')}
   Give it another one   kubectl annotate service web cftunnel.io/hostname=app.example.com,hello.example.com --overwrite
                         ${visit('hello.example.com')}
   Scale                 kubectl scale tunnel home --replicas=4
   Kill a connector      kubectl delete --force --grace-period=0 $(kubectl get pods ${PODS} -o name | head -1)
   Watch it heal         kubectl get pods ${PODS} --watch
   Restart them all      kubectl rollout restart deployment home-cloudflared
   A connector's log     kubectl logs deployment/home-cloudflared
   What Cloudflare knows curl -H 'Authorization: Bearer ${story.token}' ${api}
   The operator's log    tail -f ${operatorLog}

   Ctrl-C ends it all.
`;
}
