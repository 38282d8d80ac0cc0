"""One process of the app: it serves the connections that the front hands over, and ends with the front."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Sequence

import uvicorn
from streamlit import config
from streamlit.runtime.runtime_util import get_max_message_size_bytes

PING = 30.0  # seconds between signs of life of a websocket, and until one is missed
GRACE = 5  # seconds for answers under way when the process ends


class Worker(uvicorn.Server):
    """A server without a port."""

    def __init__(self, settings: uvicorn.Config, channel: socket.socket) -> None:
        super().__init__(settings)
        self.channel = channel
        self.taken: set[asyncio.Task[object]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the app, then take connections."""
        await super().startup(sockets=[])
        self.channel.setblocking(False)
        asyncio.get_running_loop().add_reader(self.channel, self._take)

    def _take(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            sign, handles, _, _ = socket.recv_fds(self.channel, 1, 1)
        except BlockingIOError:
            return
        except OSError:
            sign, handles = b"", []
        if not sign:  # the front is gone
            loop.remove_reader(self.channel)
            self.should_exit = True
        for handle in handles:
            connection = socket.socket(fileno=handle)
            connection.setblocking(False)
            task = loop.create_task(self._serve_connection(connection))
            self.taken.add(task)
            task.add_done_callback(self.taken.discard)

    async def _serve_connection(self, connection: socket.socket) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection)
        except OSError:  # the peer is gone already
            connection.close()

    def _protocol(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)  # type: ignore[call-arg, operator, return-value]  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """Serve: `handle-of-the-channel options-of-Streamlit-as-JSON`."""
    handle, options = arguments
    config.get_config_options(force_reparse=True, options_from_flags=json.loads(options))
    from dashboards.asgi import app  # only now: it reads the options

    settings = uvicorn.Config(app, ws="websockets-sansio", ws_max_size=get_max_message_size_bytes(), ws_ping_interval=PING, ws_ping_timeout=PING,
                              ws_per_message_deflate=False, access_log=False, use_colors=False, log_level="warning", timeout_graceful_shutdown=GRACE)  # fmt: skip
    Worker(settings, socket.socket(fileno=int(handle))).run()


if __name__ == "__main__":
    main(sys.argv[1:])
