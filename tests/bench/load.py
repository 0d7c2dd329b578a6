"""A load of requests, lighter than any server: one thread, raw sockets, bodies counted and thrown away."""

from __future__ import annotations

import re
import selectors
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECTIONS = 8
# Seconds. A page that takes longer is a failure of the bench, not a slow page.
PATIENCE = 30.0

END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)
CLOSE = re.compile(rb"\r\nConnection: close\r\n", re.IGNORECASE)


class WrongAnswerError(Exception):
    """The server answered something else than the page."""


@dataclass(frozen=True)
class Page:
    """A page to ask for, and words that prove that it is the page."""

    name: str
    path: str
    proof: str
    cookie: str = ""

    def request(self, port: int) -> bytes:
        lines = [
            f"GET {self.path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Accept: text/html",
            "Accept-Language: fr",
        ]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass
class Round:
    """What one page answered for a while, in seconds; `own_cpu` is what asking cost, `server_cpu` what answering did."""

    seconds: float = 0.0
    own_cpu: float = 0.0
    server_cpu: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    @property
    def cpu(self) -> float:
        """CPU of one answer: it hardly depends on what else the machine does."""
        return self.server_cpu / len(self.latencies)


class _Connection:
    def __init__(self, port: int) -> None:
        self.port = port
        self.sent_at = 0.0
        self.left = 0
        self.head = b""
        self.must_close = True

    def ask(self, request: bytes) -> None:
        """Over a connection that is there, or a new one: a server that takes one at a time waits for what it says."""
        if self.must_close:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.must_close = False
        self.head = b""
        self.left = 0
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Take what has come. True when the answer is whole."""
        data = self.socket.recv(262_144)
        if not data:
            raise WrongAnswerError("The server hung up.")
        if self.left:
            self.left -= len(data)
            return self.left == 0
        self.head += data
        end = self.head.find(END_OF_HEAD)
        if end < 0:
            return False
        length = LENGTH.search(self.head, 0, end + 2)
        if not self.head.startswith(b"HTTP/1.1 200 ") or length is None:
            raise WrongAnswerError(self.head[:300].decode(errors="replace"))
        self.must_close = CLOSE.search(self.head, 0, end + 2) is not None
        self.left = int(length[1]) - (len(self.head) - end - len(END_OF_HEAD))
        return self.left == 0


class Load:
    """Connections that stay open from page to page, so that all pages meet the same share of workers."""

    def __init__(
        self,
        port: int,
        server_cpu: Callable[[], float] = lambda: 0.0,
        connections: int = CONNECTIONS,
    ) -> None:
        self.port = port
        self.server_cpu = server_cpu
        self.connections = [_Connection(port) for _ in range(connections)]

    def close(self) -> None:
        for connection in self.connections:
            if not connection.must_close:
                connection.socket.close()

    def check(self, page: Page) -> None:
        """Read a page once and look for its proof."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as link:
            link.sendall(
                page.request(self.port).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
            )
            answer = b""
            while data := link.recv(262_144):
                answer += data
        if not answer.startswith(b"HTTP/1.1 200 ") or page.proof not in answer.decode():
            raise WrongAnswerError(f"{page.path}: {answer[:300].decode(errors='replace')}")

    def ask(self, page: Page, seconds: float) -> Round:
        """Keep every connection busy with one page, for so long."""
        done = Round()
        chosen = selectors.DefaultSelector()
        own_start, server_start = time.thread_time(), self.server_cpu()
        start = time.perf_counter()
        for connection in self.connections:
            connection.ask(page.request(self.port))
            chosen.register(connection.socket, selectors.EVENT_READ, connection)
        waiting = len(self.connections)
        while waiting:
            ready = chosen.select(timeout=PATIENCE)
            if not ready:
                raise WrongAnswerError(f"{page.path}: no answer for {PATIENCE} s")
            for key, _events in ready:
                connection = key.data
                if not connection.receive():
                    continue
                now = time.perf_counter()
                done.latencies.append(now - connection.sent_at)
                is_over = now - start >= seconds
                if connection.must_close or is_over:
                    chosen.unregister(connection.socket)
                if connection.must_close:
                    connection.socket.close()
                if is_over:
                    waiting -= 1
                    continue
                is_new = connection.must_close
                connection.ask(page.request(self.port))
                if is_new:
                    chosen.register(connection.socket, selectors.EVENT_READ, connection)
        done.seconds = time.perf_counter() - start
        done.own_cpu = time.thread_time() - own_start
        done.server_cpu = self.server_cpu() - server_start
        chosen.close()
        return done


def own_limit(seconds: float = 1.0, size: int = 30_000) -> float:
    """Requests a second that the load itself can ask for, of a server that does nothing but answer."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        links = selectors.DefaultSelector()
        links.register(server, selectors.EVENT_READ)
        while True:
            for key, _events in links.select():
                if key.fileobj is server:
                    link, _address = server.accept()
                    links.register(link, selectors.EVENT_READ)
                    continue
                link = key.fileobj  # type: ignore[assignment] # what was registered above
                if not link.recv(65_536):
                    links.close()
                    return
                link.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    load = Load(server.getsockname()[1])
    rate = load.ask(Page("own", "/", ""), seconds).rate
    load.close()
    thread.join(timeout=5)
    server.close()
    return rate
