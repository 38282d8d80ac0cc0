"""Commands in a network namespace of their own: only the machine itself can be reached, and every attempt to connect is noted."""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

OUTSIDE = re.compile(
    r"connect\(\d+, \{sa_family=AF_INET6?, .*?(?:inet_addr\(\"([^\"]+)\"\)|inet_pton\(AF_INET6, \"([^\"]+)\")"
)
WITHOUT_ROUTES = """
import fcntl, os, socket, struct, sys
with socket.socket() as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", 0x41))  # SIOCSIFFLAGS: lo is up and running
os.execvp(sys.argv[1], sys.argv[1:])
"""


@dataclass(frozen=True)
class Alone:
    """How a command is run without any route."""

    log: Path  # of strace

    @staticmethod
    def is_possible() -> bool:
        """It needs root, unshare (util-linux) and strace."""
        return os.geteuid() == 0 and bool(shutil.which("unshare") and shutil.which("strace"))

    def wrap(self, command: list[str]) -> list[str]:
        """The command as it is run; as it was given where the machine cannot do it."""
        if not self.is_possible():
            return command
        traced = ["strace", "-f", "--seccomp-bpf", "-qq", "-A", "-e", "trace=connect", "-o", str(self.log)]
        return ["unshare", "-n", sys.executable, "-c", WITHOUT_ROUTES, *traced, *command]

    def asked(self) -> set[str]:
        """Addresses that were tried."""
        return {a or b for a, b in OUTSIDE.findall(self.log.read_text())}
