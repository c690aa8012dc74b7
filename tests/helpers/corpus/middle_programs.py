"""How do nginx, HAProxy, Node and Chromium run for a test? Each in a process group of its own, on loopback."""

from __future__ import annotations

import http.client
import http.server
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from helpers.node_peers import CHROMIUM, PACKAGES
from helpers.raw_peers import free_port
from helpers.source import TESTS

NODE_SCRIPTS = TESTS / "helpers" / "node"
_PATIENCE = 15.0  #: s that a program may take until it listens: a browser is large


def where(program: str) -> str | None:
    """Find a program; servers are often where only administrators look."""
    return shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]))


def eventually(condition: Callable[[], object], what: str) -> None:
    """Wait, in a thread, until `condition` holds."""
    end = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < end, f"{what} did not come in {_PATIENCE:g} s"
        time.sleep(0.01)


def is_open(port: int) -> bool:
    """Tell whether somebody listens."""
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


class Program:
    """A child, and its children: a process group, ended with the block."""

    def __init__(self, *command: object, **options: Any) -> None:
        program = where(str(command[0]))
        assert program is not None, f"{command[0]} is not installed"
        self._process = subprocess.Popen(
            [program, *map(str, command[1:])],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options},
        )

    def wait_until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until it is ready; end it where that takes too long."""
        try:
            eventually(condition, what)
        except BaseException:
            self.kill()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    def signal(self, number: int) -> None:
        """Tell the first process only: a master, that is, or the program itself."""
        self._process.send_signal(number)

    def pause(self) -> None:
        """Stop every process of the group: sockets stay open, and nothing answers."""
        os.killpg(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End every process of the group as `kill -9` does."""
        if self._process.returncode is None:  # the number of a group that is gone may be another's
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


class Nginx(Program):
    """nginx with one server: `inside` is what stands in its location."""

    def __init__(self, folder: Path, inside: str, outside: str = "") -> None:
        self.port = free_port()
        self._prefix = Path(tempfile.mkdtemp(prefix="nginx", dir=folder))
        self._file = self._prefix / "nginx.conf"
        self._file.write_text(_NGINX % (_own_user(), outside, *[self._prefix] * 6, self.port, inside), "ascii")
        super().__init__("nginx", "-p", self._prefix, "-c", self._file, "-e", self._prefix / "errors")
        self.wait_until(lambda: is_open(self.port), "nginx")

    def order(self, what: str) -> None:
        """`nginx -s` stop, quit or reload."""
        program = where("nginx")
        command = [program, "-p", self._prefix, "-c", self._file, "-e", self._prefix / "errors", "-s", what]
        subprocess.run(list(map(str, command)), check=True, capture_output=True)

    def workers(self) -> list[int]:
        """Return the processes that hold the connections."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text("ascii")
        return [int(child) for child in children.split()]


class Haproxy(Program):
    """HAProxy with one frontend; `rules` go into its defaults, `backend` behind it, `outside` into global."""

    def __init__(self, folder: Path, rules: str, backend: str, outside: str = "", mode: str = "http") -> None:
        self.port = free_port()
        place = Path(tempfile.mkdtemp(prefix="haproxy", dir=folder))
        self._admin = place / "admin"
        file = place / "haproxy.cfg"
        file.write_text(_HAPROXY % (self._admin, outside, mode, rules, self.port, backend), "ascii")
        super().__init__("haproxy", "-db", "-f", file)
        self.wait_until(lambda: is_open(self.port), "HAProxy")

    def order(self, command: str) -> None:
        """Give an order as an administrator does."""
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(str(self._admin))
            sock.sendall(command.encode() + b"\n")
            while sock.recv(4096):
                pass


class Node(Program):
    """A script of helpers/node; what listens prints its port."""

    def __init__(self, script: str, *arguments: object, listens: bool = True) -> None:
        environment = {**os.environ, "NODE_PATH": str(PACKAGES)}
        super().__init__("node", NODE_SCRIPTS / script, *arguments, env=environment, stdout=subprocess.PIPE)
        self.port = 0
        if listens:
            assert self._process.stdout is not None
            self.port = int(self._process.stdout.readline())

    def url(self, path: str = "/") -> str:
        return f"ws://127.0.0.1:{self.port}{path}"


class _Page(http.server.BaseHTTPRequestHandler):
    """Answers with a page that is the script after the address's question mark."""

    def do_GET(self) -> None:
        script = urllib.parse.unquote(self.path.partition("?")[2])
        self.send_response(200 if script else 404)  # it asks for an icon, too
        self.send_header("Content-Type", "text/html")
        self.send_header("Cache-Control", "no-store")  # a page that may be gone back to keeps its connections open
        self.end_headers()
        self.wfile.write(f"<!DOCTYPE html><script>{script}</script>".encode())

    def log_message(self, *_: object) -> None: ...


class Chromium(Program):
    """A headless browser, and its tabs, by the number that it gives them.

    Its pages are from loopback: one from elsewhere may not connect to it.
    """

    def __init__(self, folder: Path) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="chromium", dir=folder))
        options = ["--remote-debugging-port=0", f"--user-data-dir={self._profile}", "about:blank"]
        super().__init__("chromium", *CHROMIUM, *options)
        told = self._profile / "DevToolsActivePort"
        self.wait_until(lambda: told.exists() and told.read_text("ascii").count("\n"), "Chromium")
        self._port = int(told.read_text("ascii").splitlines()[0])
        self._pages = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page)
        threading.Thread(target=self._pages.serve_forever, kwargs={"poll_interval": 0.05}).start()

    def open(self, script: str) -> str:
        """Open a tab whose page is a script; return the tab's number."""
        # Quoted twice: the browser takes the whole address as one that is quoted.
        page = f"http://127.0.0.1:{self._pages.server_port}/?{urllib.parse.quote(script)}"
        return str(json.loads(self._ask("PUT", f"/json/new?{urllib.parse.quote(page)}"))["id"])

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self._pages.shutdown()
        self._pages.server_close()
        lock = self._profile / "SingletonSocket"  # it leads to a folder of the system's, which a browser killed leaves
        if lock.is_symlink():
            shutil.rmtree(lock.readlink().parent, ignore_errors=True)

    def close(self, tab: str) -> None:
        """Close a tab, as its person does."""
        self._ask("GET", f"/json/close/{tab}")

    def _ask(self, method: str, path: str) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)
        try:
            connection.request(method, path)
            return connection.getresponse().read()
        finally:
            connection.close()


def _own_user() -> str:
    """nginx, when root, would have its workers be somebody who cannot read its files."""
    return f"user {pwd.getpwuid(os.geteuid()).pw_name};" if os.geteuid() == 0 else ""


_NGINX = """\
daemon off;
%s
%s
worker_processes 1;
pid %s/pid;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path %s/body;
    proxy_temp_path %s/proxy;
    fastcgi_temp_path %s/fastcgi;
    uwsgi_temp_path %s/uwsgi;
    scgi_temp_path %s/scgi;
    server {
        listen 127.0.0.1:%d;
        location / {
            %s
        }
    }
}
"""

_HAPROXY = """\
global
    stats socket %s mode 600 level admin
    %s
defaults
    mode %s
    timeout connect 2s
    %s
frontend front
    bind 127.0.0.1:%d
    default_backend back
backend back
    %s
"""
