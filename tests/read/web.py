"""A real web server on this machine, as badly behaved as a test wants it; and who else runs."""

import os
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answer:
    """What is sent for a path: status, headers and a body, or chunks of it as they are made."""

    def __init__(self, body=b"", status=200, **headers):
        self.body = body
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        answer = self.server.answers.get(self.path.partition("?")[0], Answer(status=404))
        if callable(answer):
            answer = answer(self)
        if answer is None:
            return
        self.send_response(answer.status)
        chunks = [answer.body] if isinstance(answer.body, bytes) else answer.body
        if isinstance(answer.body, bytes) and "Content-Length" not in answer.headers:
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        try:
            self.end_headers()
            for chunk in chunks:
                self.wfile.write(chunk)
                self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def serve(answers, host="127.0.0.1", context=None):
    """A server that gives `answers` by path; it knows its `url` and what it was `asked`."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_):
            """A client that has enough is no error."""

    server = Server((host, 0), Handler)
    server.answers, server.asked = answers, []
    scheme = "http"
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    server.url = f"{scheme}://{host}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def children():
    """The numbers of the processes that this one has started and not taken leave of."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,comm"], capture_output=True, check=True)
    rows = [line.split(maxsplit=2) for line in listed.stdout.decode().splitlines()]
    return {int(pid) for pid, parent, name in rows if parent == str(os.getpid()) and name != "ps"}
