"""A road to a server on this machine that can be led to another one, as at a failover."""

import socket
from contextlib import suppress
from threading import Lock, Thread
from typing import Self


class Road:
    """Passes bytes both ways between whoever connects to `port` and the server that it leads to.

    It works in threads, so that the programs of a test reach it whatever the test itself waits for.
    """

    def __init__(self, to: int) -> None:
        self._to = to
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port: int = self._door.getsockname()[1]
        Thread(target=self._welcome, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.cut()

    def lead_to(self, port: int) -> None:
        """From now on it leads there; what is under way is cut."""
        self._to = port
        self.cut()

    def cut(self) -> None:
        """Break every connection that is under way."""
        with self._lock:
            ended, self._open = self._open, set()
        for one in ended:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _welcome(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                Thread(target=self._lead, args=(client,), daemon=True).start()

    def _lead(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(("127.0.0.1", self._to)) as server:
            with self._lock:
                self._open |= {client, server}
            there = Thread(target=_pass_on, args=(client, server), daemon=True)
            there.start()
            _pass_on(server, client)
            there.join()
            with self._lock:
                self._open -= {client, server}


def _pass_on(from_one: socket.socket, to_other: socket.socket) -> None:
    """Until either end breaks; then both are."""
    with suppress(OSError):
        while said := from_one.recv(65_536):
            to_other.sendall(said)
    for one in (from_one, to_other):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
