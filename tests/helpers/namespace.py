"""How does a test get a network of its own? This end, a wall that forwards, and a far end: three network namespaces.

A process that runs behind `inside` calls `build`, once; then it is the near end, and root there. Nothing of it
reaches the machine's own network, and all of it goes with that process. `python -m helpers.namespace` tries it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from helpers.source import TESTS

PEER = "10.8.0.2"  #: the far end's address
FAR = ("nsenter", "--net=/run/netns/far")  #: before a command that runs at the far end
_WALL = ("nsenter", "--net=/run/netns/wall")
_INSIDE = ("unshare", "--user", "--map-root-user", "--net", "--mount")
_PLAN = """
ip link set lo up
mount -t tmpfs none /run
mkdir /run/netns
ip netns add wall
ip netns add far
ip link add near type veth peer name inner netns wall
ip link add remote netns far type veth peer name outer netns wall
ip address add 10.7.0.1/24 dev near
ip link set near up
ip route add default via 10.7.0.254
wall ip address add 10.7.0.254/24 dev inner
wall ip address add 10.8.0.254/24 dev outer
wall ip link set lo up
wall ip link set inner up
wall ip link set outer up
wall sysctl --quiet --write net.ipv4.ip_forward=1
far ip link set lo up
far ip address add 10.8.0.2/24 dev remote
far ip link set remote up
far ip route add default via 10.8.0.254
wall nft add table ip wall
wall nft add chain ip wall forward { type filter hook forward priority 0 ; }
"""


def inside(command: Sequence[str]) -> list[str]:
    """Let a command run in a network of its own."""
    return [*_INSIDE, *command]


def reason_without() -> str:
    """Say why there can be no such network here; "" where there can."""
    for tool in (_INSIDE[0], FAR[0], "ip", "nft", "ss", "sysctl"):
        if shutil.which(tool, path=_path()) is None:
            return f"no network of its own: {tool} is not installed"
    command = inside([sys.executable, "-m", "helpers.namespace"])
    tried = subprocess.run(command, cwd=TESTS, capture_output=True, text=True, check=False)
    said = [*tried.stderr.splitlines(), "it was refused"]
    return f"no network of its own: {said[0]}" if tried.returncode else ""


def build() -> None:
    """Make the three namespaces, and join them."""
    os.environ["PATH"] = _path()
    for line in _PLAN.strip().splitlines():
        place, *rest = line.split()
        prefix = {"wall": _WALL, "far": FAR}.get(place)
        subprocess.run([*prefix, *rest] if prefix else [place, *rest], check=True)


async def near(command: str) -> None:
    """Run a command at this end."""
    await _run(command.split())


async def wall(*rules: str) -> None:
    """Add rules for what is forwarded."""
    for rule in rules:
        await _run([*_WALL, "nft", "add", "rule", "ip", "wall", "forward", *rule.split()])


async def forget_idle_flows(seconds: int) -> None:
    """Let the wall lose its memory of TCP connections on which nothing has passed for a while, as a NAT does.

    What belongs to a connection that it does not remember is `ct state invalid` from then on.
    """
    names = {"timeout_established": seconds, "loose": 0}
    for name, value in names.items():
        await _run([*_WALL, "sysctl", "--quiet", "--write", f"net.netfilter.nf_conntrack_tcp_{name}={value}"])


def ask_names_of_the_far_end(folder: Path) -> None:
    """Let host names be looked up at the far end."""
    file = folder / "resolv.conf"
    file.write_text(f"nameserver {PEER}\n", encoding="ascii")
    subprocess.run(["mount", "--bind", str(file), "/etc/resolv.conf"], check=True)


def _path() -> str:
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


async def _run(command: Sequence[str]) -> None:
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0, command


if __name__ == "__main__":
    build()
