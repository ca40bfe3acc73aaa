"""How long the server waits for a client, and for how many of them.

uvicorn itself waits for ever for the rest of a request, and for a client to take what it is sent.
"""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 128
REQUEST_SECONDS = 10.0
"""For a request to arrive whole, from the connection or from the answer before it."""
STALL_SECONDS = 30.0
"""For a client to take 48 kB or more of what waits for it; a player that has enough for now is
let go, too, and asks again for the rest."""


class Protocol(H11Protocol):
    """A connection that is dropped when its client is too slow, or when another needs its place."""

    _waiting: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no answer is on its way."""
        return self.cycle is None or self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in the parent
        """Take a connection; where there are too many, the one that has waited longest goes."""
        others = [other for other in self.connections if isinstance(other, Protocol)]
        super().connection_made(transport)
        self._await_request()
        if len(others) >= MOST_CONNECTIONS:
            min([*others, self], key=Protocol.rank).drop()

    def rank(self) -> tuple[int, float]:
        """The order in which connections have to go: stalled, idle, busy, and the oldest first."""
        if self._stalled is not None:
            return 0, self._stalled.when()
        return (1, self._waiting.when()) if self.is_idle and self._waiting else (2, 0.0)

    def drop(self) -> None:
        """End the connection at once, whatever is on its way."""
        self.transport.abort()

    def _await_request(self) -> None:
        self._cancel("_waiting")
        self._waiting = self.loop.call_later(REQUEST_SECONDS, self._drop_idle)

    def _drop_idle(self) -> None:
        if self.is_idle:
            self.drop()

    def _cancel(self, name: str) -> None:
        timer: asyncio.TimerHandle | None = getattr(self, name)
        if timer is not None:
            timer.cancel()
            setattr(self, name, None)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        if not self.transport.is_closing():
            self._await_request()

    def pause_writing(self) -> None:
        """Give the client its time to take what waits for it."""
        super().pause_writing()
        self._cancel("_stalled")
        self._stalled = self.loop.call_later(STALL_SECONDS, self.drop)

    def resume_writing(self) -> None:
        """Go on: the client has taken it."""
        super().resume_writing()
        self._cancel("_stalled")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        self._cancel("_waiting")
        self._cancel("_stalled")
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End at once: who stops the server does not wait for a download of an hour."""
        if self.is_idle:
            super().shutdown()
        else:
            self.drop()
