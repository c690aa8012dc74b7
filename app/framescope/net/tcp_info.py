"""What does TCP itself know of the other end? What was acknowledged, and since when nothing answers (Linux)."""

from __future__ import annotations

import socket
import struct
import sys
from typing import NamedTuple

if sys.platform == "linux":
    import fcntl
    import termios

# linux/tcp.h, struct tcp_info: tcpi_retransmits, tcpi_probes, tcpi_last_ack_recv (ms), tcpi_bytes_acked (Linux 4.1).
_INFO_SIZE, _INFO = 128, struct.Struct("@2xBB52xI60xQ")
_COUNT = struct.Struct("@i")


class TcpInfo(NamedTuple):
    """What the kernel counts of one connection. The other machine acknowledges, also for a program that hangs."""

    acknowledged: int  #: B, in all
    waiting: int  #: B that are not acknowledged yet
    since_ack: int  #: ms since the last acknowledgement came
    #: times that the kernel has sent the same again since then, or asked for room without an answer; the first
    #: question is not counted, for a machine that lives answers one in half a second (tcp_invalid_ratelimit)
    retries: int


def tcp_info(sock: socket.socket) -> TcpInfo | None:
    """Ask the kernel; None where it cannot be told."""
    if sys.platform != "linux" or sock.family not in (socket.AF_INET, socket.AF_INET6):
        return None
    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_SIZE)
        (waiting,) = _COUNT.unpack(fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(_COUNT.size)))
        retransmits, probes, since_ack, acknowledged = _INFO.unpack(info)
    except (OSError, struct.error):
        return None
    return TcpInfo(acknowledged, waiting, since_ack, retransmits + max(0, probes - 1))
