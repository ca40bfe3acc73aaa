"""A real site on this machine that answers conditional requests, and feeds to put on it."""

import hashlib
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

SENTENCE = "The tide comes in, the tide goes out, and the boats go with it both times. "


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.partition("?")[0]
        self.server.asked.append(self.path)
        body = self.server.pages.get(path)
        status = 404 if body is None else 200
        if isinstance(body, int):
            body, status = None, body
        etag = f'"{hashlib.sha256(body or b"").hexdigest()}"'
        if body is not None and self.headers.get("If-None-Match") == etag:
            body, status = b"", 304
            self.server.unchanged.append(path)
        self.send_response(status)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def site(**pages):
    """A server of `pages` by path; a number is an error. It knows its `url` and what was asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.pages, server.asked, server.unchanged = pages, [], []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def item(title, link, text="", day=1):
    """An item of an RSS feed; `text` is its content as HTML."""
    content = f"<content:encoded>{escape(text)}</content:encoded>" if text else ""
    return (
        f"<item><title>{title}</title><link>{escape(link)}</link>"
        f"<pubDate>{day:02} Nov 2026 08:00:00 +0000</pubDate>{content}</item>"
    )


def feed(*items):
    return (
        '<?xml version="1.0"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>The Coast</title><language>en</language>{''.join(items)}</channel></rss>"
    ).encode()


def page(title, text):
    paragraphs = f"<p>{text}</p>" * 6
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body><article>"
        f"<h1>{title}</h1>{paragraphs}</article></body></html>"
    ).encode()


def whole(title, url, text=SENTENCE, day=1):
    return item(title, f"{url}/{title.lower()}", f"<p>{text}</p><p>{SENTENCE}</p>", day)
