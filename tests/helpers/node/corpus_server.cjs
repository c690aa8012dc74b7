// A server of Node's ws whose connections end as the corpus wants it: node corpus_server.cjs OPTIONS
// It prints its port. OPTIONS: those of ws, and heartbeat (ms), age (ms), refuse (a status), protocol.
// The path says what is done: /close/1001, /terminate/300 (after ms), /tick, /big/70000, /stray (not a frame) at once;
// /throw, /fail, /block/500 (ms) and /tick-block/500 when a message comes; /pause reads nothing; else echo.
"use strict";

const { WebSocketServer } = require("ws");

const { heartbeat, age, refuse, protocol, ...options } = JSON.parse(process.argv[2]);
const server = new WebSocketServer({
  host: "127.0.0.1",
  port: 0,
  ...options,
  ...(refuse ? { verifyClient: (info, done) => done(false, refuse) } : {}),
  ...(protocol ? { handleProtocols: () => protocol } : {}),
});

function stand(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

const AT_ONCE = {
  close: (socket, code) => (code ? socket.close(Number(code), "as asked") : socket.close()),
  terminate: (socket, after) => setTimeout(() => socket.terminate(), Number(after)),
  tick: (socket) => socket.on("close", clearInterval.bind(null, setInterval(() => socket.send("tick"), 50))),
  big: (socket, size) => socket.send(Buffer.alloc(Number(size))),
  stray: (socket) => socket._socket.write("HTTP/1.1 408 Request Time-out\r\nConnection: close\r\n\r\n"),
  pause: (socket) => socket.pause(),
  "pause-terminate": (socket, after) => {
    socket.pause();
    setTimeout(() => socket.terminate(), Number(after));
  },
};

const AT_A_MESSAGE = {
  throw: () => {
    throw new Error("the handler of the peer fails");
  },
  fail: (socket) => socket.close(1011, "the handler has failed"),
  block: (socket, milliseconds) => stand(Number(milliseconds)),
};

server.on("listening", () => process.stdout.write(`${server.address().port}\n`));
server.on("connection", (socket, request) => {
  const [act, value] = request.url.slice(1).split("/");
  socket.on("error", () => {}); // ws closes it with the code of the fault
  socket.isAlive = true;
  socket.on("pong", () => (socket.isAlive = true));
  socket.on("message", (data, isBinary) =>
    act in AT_A_MESSAGE ? AT_A_MESSAGE[act](socket, value) : socket.send(data, { binary: isBinary }),
  );
  if (act in AT_ONCE) AT_ONCE[act](socket, value);
  if (age) setTimeout(() => socket.terminate(), age);
});

if (heartbeat) {
  // What the documentation of ws says under "How to detect and close broken connections?"
  setInterval(() => {
    for (const socket of server.clients) {
      if (!socket.isAlive) return socket.terminate();
      socket.isAlive = false;
      socket.ping();
    }
  }, heartbeat);
}

process.on("SIGTERM", () => {
  for (const socket of server.clients) socket.close(1001, "the server stops");
  server.close();
});
