"""Fetching for sources that are asked again and again: slowly, and only where we are welcome.

Of each host one thing at a time is asked for, a second or more apart; pages that a feed links to
are fetched only where its robots.txt (RFC 9309) lets us.
"""

import time
from collections.abc import Container
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from narrate.base.errors import LimitError, ReadError
from narrate.read import USER_AGENT, Fetched, fetch_page

if TYPE_CHECKING:
    from urllib.robotparser import RobotFileParser

DISTANCE = 1.0
"""Seconds between two requests to a host."""
LONGEST_DISTANCE = 30.0
"""Seconds that a robots.txt may ask for."""
OK = 200
CLIENT_ERRORS = range(400, 500)
AGENT = USER_AGENT.partition("/")[0]
TRACKING = frozenset(
    {"fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "twclid", "igshid", "mc_cid"}
    | {"mc_eid", "_hsenc", "_hsmi", "mkt_tok", "yclid", "vero_id", "oly_enc_id", "oly_anon_id"}
)
"""Parameters that tell who clicked where, beside those that begin with utm_."""


class RefusedError(ReadError):
    """A page that its site does not want programs to read."""


class Web:
    """What fetches during a run."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}
        self._robots: dict[tuple[str, str, bool], RobotFileParser] = {}

    def fetch(
        self,
        url: str,
        *,
        etag: str = "",
        modified: str = "",
        answers: Container[int] = (OK,),
        private: bool = False,
        distance: float = 0.0,
    ) -> Fetched:
        """As `fetch_page`, when its host has had its pause, of at least `distance` seconds."""
        host = urlsplit(url).netloc.lower()
        if host in self._last:
            pause = max(distance, DISTANCE)
            time.sleep(max(0.0, self._last[host] + pause - time.monotonic()))
        try:
            return fetch_page(
                url, etag=etag, modified=modified, answers=answers, allow_private=private
            )
        finally:
            self._last[host] = time.monotonic()

    def fetch_linked(self, url: str, *, private: bool = False) -> Fetched:
        """As `fetch`, for a page that a feed links to; raises RefusedError where we may not."""
        parts = urlsplit(url)
        site = parts.scheme, parts.netloc.lower(), private
        if site not in self._robots:
            self._robots[site] = self._fetch_robots(*site)
        robots = self._robots[site]
        if not robots.can_fetch(AGENT, url):
            raise RefusedError(url, "its site asks programs not to read it (robots.txt)")
        distance = min(float(robots.crawl_delay(AGENT) or 0.0), LONGEST_DISTANCE)
        return self.fetch(url, private=private, distance=distance)

    def _fetch_robots(self, scheme: str, netloc: str, private: bool) -> "RobotFileParser":
        """The rules of a site; all may be read where it has none, nothing where it has trouble."""
        from urllib.robotparser import RobotFileParser

        robots = RobotFileParser()
        url = urlunsplit((scheme, netloc, "/robots.txt", "", ""))
        try:
            answer = self.fetch(url, answers=(OK, *CLIENT_ERRORS), private=private)
        except (ReadError, LimitError) as error:
            raise ReadError(url, f"its robots.txt cannot be had: {error.why}") from error
        text = answer.data.decode("utf-8", "replace") if answer.status == OK else ""
        robots.parse(text.removeprefix("\N{BYTE ORDER MARK}").splitlines())
        return robots


def canonical_url(url: str) -> str:
    """`url` without its fragment and without what only tells who clicked where."""
    try:
        parts = urlsplit(url.strip())
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        return url.strip()
    kept = [
        (k, v) for k, v in pairs if not k.lower().startswith("utm_") and k.lower() not in TRACKING
    ]
    query = parts.query if len(kept) == len(pairs) else urlencode(kept, quote_via=quote)
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, query, ""))
