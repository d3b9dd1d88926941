// The HTTP baseline: a bare node:http server that answers a given number of bytes. Prints its port.

import { createServer } from "node:http";

const body = Buffer.alloc(Number(process.argv[2] ?? 0), "x");
const server = createServer((_, response) => {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-length": body.length });
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(typeof address === "object" ? address?.port : address);
});
