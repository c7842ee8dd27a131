import http from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What a browser would do: asks the edge for a hostname. The name goes into `Host`, as DNS would have led here. */
export function visit(edgeUrl: string, hostname: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.get(edgeUrl, { headers: { host: hostname }, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', reject);
  });
}
