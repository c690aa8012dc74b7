// The echoing agent (tests/helpers/echo_agents.py says what it does) over the WebSocket interface that browsers have:
// run by undici in Node, and in a page by Chromium. It can neither ping nor send fragments.
"use strict";

function attend(WebSocket, url, last) {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    let isStopped = false;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify(last));
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string" || !data.startsWith("!")) {
        socket.send(data);
        return;
      }
      const order = JSON.parse(data.slice(1));
      if (order.do === "close") socket.close(order.code, order.reason);
      if (order.do === "stop") isStopped = true;
    };
    socket.onclose = ({ code, reason, wasClean }) => resolve({ ended: { code, reason, wasClean }, isStopped });
  });
}

async function connectAgain(WebSocket, url) {
  let last = null;
  for (let isStopped = false; !isStopped; ) {
    ({ ended: last, isStopped } = await attend(WebSocket, url, last));
    if (last.code === 1006 && !isStopped) return last; // the test has failed and its server is gone
  }
  return last;
}

if (typeof module !== "undefined") module.exports = connectAgain;
