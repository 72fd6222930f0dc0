"""The embedded broker: Valkey on a private socket, durable for `script/server`, throw-away for tests."""

from __future__ import annotations

import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from script.stack import binaries, places
from script.stack.children import spawn, tail, wait_until


@dataclass(frozen=True)
class Valkey:
    """One broker: `data` is its folder, `sockets` the folder of its socket."""

    data: Path
    sockets: Path
    throwaway: bool = False

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def url(self, database: int = 0) -> str:
        """The URL for Celery; tests take one database number per xdist worker."""
        return f"redis+socket://{quote(str(self.socket))}?virtual_host={database}"

    def argv(self) -> list[str]:
        """The command that runs the broker in the foreground."""
        words = [
            str(binaries.valkey_server()),
            "--port",
            "0",
            "--unixsocket",
            str(self.socket),
            "--unixsocketperm",
            "700",
        ]
        words += ["--dir", str(self.data), "--maxmemory-policy", "noeviction", "--daemonize", "no", "--databases", "32"]
        durable = ["--appendonly", "yes", "--appendfsync", "everysec"]
        return words + (["--appendonly", "no", "--save", ""] if self.throwaway else durable)

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        """Start the broker and wait until it answers.

        Raises:
            SystemExit: it does not come up; the message carries the log's tail.
        """
        process = self.spawn(log)
        wait_until(lambda: self.answers() or process.poll() is not None, seconds=30)
        if process.poll() is None and self.answers():
            return process
        raise SystemExit(f"Valkey does not start. The end of its log ({log}):\n{tail(log)}")

    def spawn(self, log: Path) -> subprocess.Popen[bytes]:
        """Start the broker without waiting."""
        places.owned_dir(self.data)
        return spawn(self.argv(), account=places.server_account(), log=log)

    def answers(self) -> bool:
        """Whether the broker answers PING."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False
