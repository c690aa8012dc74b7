// A client whose connection ends as the corpus wants it: node corpus_client.cjs LIBRARY ACT URL
// LIBRARY: ws or undici. ACT, done after 300 ms: close/4000, terminate (ws), exit; or stay.
"use strict";

const [library, order, url] = process.argv.slice(2);
const { WebSocket } = require(library);
const [act, value] = order.split("/");
const socket = new WebSocket(url);

const ACTS = {
  close: () => (value ? socket.close(Number(value), "as asked") : socket.close()),
  terminate: () => socket.terminate(),
  exit: () => process.exit(1),
  stay: () => {},
};

socket.addEventListener("open", () => {
  socket.send("hello");
  setTimeout(ACTS[act], 300);
});
