/** A web server that does as little as possible for a request, so that it is not what is measured. Says its port. */
import { type AddressInfo, createServer } from 'node:net';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const END_OF_REQUEST = '\r\n\r\n';

const server = createServer({ noDelay: true }, (socket) => {
  let rest = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const requests = (rest + chunk.toString('latin1')).split(END_OF_REQUEST);
    rest = requests.pop() ?? '';
    if (requests.length > 0) socket.write(ANSWER.repeat(requests.length));
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
