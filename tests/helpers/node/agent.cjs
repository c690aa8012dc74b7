// The echoing agent (tests/helpers/echo_agents.py says what it does) in Node: node agent.cjs WHAT OPTIONS
// WHAT: serve (with ws; prints its port, ends with its standard input), ws or undici (connect to OPTIONS.url).
"use strict";

const [what, text] = process.argv.slice(2);
const options = JSON.parse(text);

function send(socket, data, isBinary, size) {
  if (!size) return socket.send(data, { binary: isBinary });
  for (let start = 0; start < data.length; start += size) {
    // Bytes are cut, inside of characters too.
    socket.send(data.subarray(start, start + size), { binary: isBinary, fin: start + size >= data.length });
  }
}

function attend(socket) {
  let size = 0;
  let isStopped = false;
  socket.on("message", (data, isBinary) => {
    if (isBinary || data[0] !== 0x21) return send(socket, data, isBinary, size);
    const order = JSON.parse(data.toString().slice(1));
    if (order.do === "fragments") size = order.size;
    if (order.do === "ping") socket.ping(order.data);
    if (order.do === "close") socket.close(order.code, order.reason);
    if (order.do === "stop") isStopped = true;
  });
  socket.on("pong", (data) => socket.send(`pong:${data}`));
  socket.on("error", (error) => process.stderr.write(`${error}\n`));
  return new Promise((resolve) =>
    socket.on("close", (code, reason) => resolve({ ended: { code, reason: reason.toString() }, isStopped })),
  );
}

function serve() {
  const { WebSocketServer } = require("ws");
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, maxPayload: 0, perMessageDeflate: options.deflate });
  let last = Promise.resolve({ ended: null }); // the next connection is greeted when the one before has ended
  server.on("listening", () => process.stdout.write(`${server.address().port}\n`));
  server.on("connection", (socket) => {
    const before = last;
    last = attend(socket);
    before.then(({ ended }) => socket.send(JSON.stringify(ended)));
  });
  process.stdin.on("end", () => process.exit(0)).resume();
}

async function connect() {
  const WebSocket = require("ws");
  let last = null;
  for (let isStopped = false; !isStopped; ) {
    const socket = new WebSocket(options.url, { maxPayload: 0, perMessageDeflate: options.deflate });
    socket.on("open", () => socket.send(JSON.stringify(last)));
    ({ ended: last, isStopped } = await attend(socket));
    if (last.code === 1006 && !isStopped) process.exit(1); // the test has failed and its server is gone
  }
}

if (what === "serve") serve();
if (what === "ws") connect();
if (what === "undici") require("./standard_agent.js")(require("undici").WebSocket, options.url);
