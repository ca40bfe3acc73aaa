"""Folders of releases, a server of them, and a browser on their library page."""

import asyncio
import http.client
import json
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python

from narrate import make_release
from narrate.base.model import Article, Block
from narrate.podcast.serve import make_app, make_server
from narrate.produce import Order

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental"]
HOSTILE = "</script><script>window.broken=1</script><!-- ]]> & \u2028 \u202e \x00\" onload='x'"
LAMP = (
    "For years a light stood at the end of the mole.",
    "When the harbour board switched it off, and nobody was told, the bakery noticed.",
    "A café in Łódź kept 東京の港 in mind; naïve, they said.",
)
NIGHT = ("The night train leaves at ten.", "It carries letters, and a light in its last window.")


def write_article(title, paragraphs, **facts):
    blocks = [Block("heading", title, level=1), *(Block("para", text) for text in paragraphs)]
    facts = {"author": "Ines Varga", "site": "The Coast", "language": "en", **facts}
    return Article(title, tuple(blocks), source_key=title.encode().hex(), **facts)


ARTICLES = (
    write_article("The Lamp", LAMP, published="2026-05-03", summary="A lamp goes out."),
    write_article("The Night Train", NIGHT, published="2026-04-01"),
    write_article("Bees, Briefly", ["We moved the hives."], published="2026-03-01"),
)


def fill_folder(folder, voice, articles=ARTICLES, kinds=("mp3", "vtt", "chapters", "player")):
    """The folders of releases of `articles`."""
    order = Order(out=folder, kinds=kinds)
    return [make_release(article, voice, order).folder for article in articles]


@contextmanager
def serving(folder, path="/", **options):
    """A server of `folder` on a free port of loopback; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = make_server(make_app(folder, path, **options))
        run = server.serve(sockets=[listening])
        thread = threading.Thread(target=asyncio.run, args=(run,))
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def ask(port, path, method="GET", host="127.0.0.1", **headers):
    """One request: its status, headers by names in lower case, and body."""
    connection = http.client.HTTPConnection(host, port, timeout=30)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, headers=names)
        answer = connection.getresponse()
        known = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, known, answer.read()
    finally:
        connection.close()


class Listener:
    """A browser window on a library page; remembers what went wrong and what was asked for."""

    def __init__(self, browser, url, **context):
        options = {"viewport": {"width": 1280, "height": 860}, **context}
        self.context = browser.new_context(**options)
        if options.get("java_script_enabled", True):
            self.context.add_init_script(AXE)
        self.page = self.context.new_page()
        self.complaints, self.requests = [], []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(url)

    def run(self, script):
        return self.page.evaluate(script)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def search(self, text):
        """Type a query; what is said of it, when it is done."""
        self.page.fill("#query", text)
        self.press("Enter")
        self.wait_for("found.textContent")
        return self.page.text_content("#found")

    def hits(self):
        return self.page.locator(".hit > span:last-child").all_text_contents()

    def wait_for(self, truth, seconds=30):
        """Wait until an expression is true; the page's policy lets playwright not do it itself."""
        for _ in range(seconds * 20):
            if self.run(f"Boolean({truth})"):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"it does not come: {truth}")

    def wait_for_sound(self):
        self.wait_for("!audio.paused && audio.currentTime > 0 && !audio.seeking")

    def time_ms(self):
        return self.run("audio.currentTime * 1000")

    def violations(self):
        options = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})
        found = self.run(f"axe.run(document, {options})")["violations"]
        return [(v["id"], [node["html"] for node in v["nodes"]]) for v in found]

    def tab_stops(self):
        """What Tab reaches, once around, by id or text."""
        self.run("document.activeElement.blur()")
        name = "document.activeElement.id || document.activeElement.textContent.trim()"
        stops = []
        while len(stops) < 100:
            self.press("Tab")
            stop = self.run(f"document.activeElement === document.body ? '' : ({name})")
            if not stop or stop in stops[:1]:
                return stops
            stops.append(stop)
        return stops

    def close(self):
        self.context.close()
