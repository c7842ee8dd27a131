import http from 'node:http';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Requests a hostname from the edge as a browser does after DNS resolution, with the name in `Host`. */
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
