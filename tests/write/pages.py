"""Articles, their pages, and a reader with a browser: for the tests of the player page."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import axe_playwright_python

from narrate import make_release, read_articles
from narrate.base.model import Article, Block, Span
from narrate.produce import Order
from narrate.write import TextSettings

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental"]
HOSTILE = "</script><script>window.broken=1</script><!-- --> ]]> & \u2028 \u202e \x00\" onload='x'"
# Names what the page shows: the sentence that is marked and the word that is.
SHOWN = """() => [
    document.querySelector('.now')?.id ?? '',
    [...CSS.highlights.get('word')].map((range) => range.toString()).join('')
]"""

MARKDOWN = """# The Lamp That Kept the Harbour

For years *a light* stood at [the end](https://example.org/end) of the mole.[^1] Nobody was told.
They noticed all the same.

## What It Cost

It cost $1.5 million, says [the board](/minutes). That is **not much**.

1. Who pays?
2. Who climbs
   - the stairs, and
   - the tower?

> A light that can be mistaken is worse. No light makes a man careful.

| Year | Lamp | Reach |
|------|------|-------|
| 1935 | wick | 9 miles |
| 1999 | diode | 18 miles |

![The lamp room in 1951](lamp.jpg)

```python
print("<dark>")
```

## What They Say

Burn low, burn late,\\
burn through the rain;\\
I counted three.

[^1]: It was a wooden one. So they say.
"""

SCRIPTS = {
    "en": ("A Lamp", "For years a light stood there. Nobody was told, and all noticed."),
    "ar": ("المصباح", "وقف الضوء هناك سنوات طويلة. لم يخبر أحد، ومع ذلك لاحظ الجميع."),
    "zh": ("港口的灯", "多年来那里一直有一盏灯。 没有人得到通知， 但是大家都发现了。"),
    "hi": ("बंदरगाह का दीपक", "बरसों तक वहाँ एक दीपक जलता रहा। किसी को नहीं बताया गया।"),
}


@dataclass
class Made:
    """A page and what it should show."""

    path: Path
    folder: Path
    cues: list = field(default_factory=list)


def make_page(article, voice, out, *, inline=False, kinds=("player",)):
    order = Order(out=out, kinds=kinds, text=TextSettings(inline=inline), draw=False)
    release = make_release(article, voice, order)
    path = next(path for path in release.files if path.suffix == ".html")
    return Made(path, release.folder, list(release.recording.cues))


def read_markdown(folder, text=MARKDOWN):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lamp.md"
    path.write_text(text, encoding="utf-8")
    return next(read_articles(path))


def article_in(language):
    title, text = SCRIPTS[language]
    blocks = (
        Block("heading", title, level=1),
        Block("para", text),
        Block("heading", title, level=2),
        Block("para", text, spans=(Span(0, 2, "emphasis"),)),
        Block("quote", "So it was. In English.", level=1, language="en"),
    )
    return Article(title, blocks, language=language)


def long_article(paragraphs=120):
    """Sixty chapters, hundreds of links, notes and passages that are left out for many reasons."""
    blocks = [Block("heading", "A Long One", level=1)]
    for number in range(paragraphs):
        if number % 2 == 0:
            blocks.append(Block("heading", f"Part {number}", level=2))
        text = "One link here, and another there. Then [12] a citation. See https://example.org/x."
        links = (Span(4, 8, "link", "https://example.org/"), Span(19, 26, "link", "https://e.org/"))
        spans = (*links, Span(len(text), len(text), "note", str(number)))
        blocks.append(Block("para", text, spans=spans, notes=(str(number),)))
    blocks += [Block("break"), Block("code", "left out"), Block("image", "x.png")]
    blocks += [Block("note", f"Note {n}.", marker=str(n)) for n in range(paragraphs)]
    return Article("A Long One", tuple(blocks))


class Reader:
    """A browser window on a page; remembers what went wrong and what was asked for."""

    def __init__(self, browser, **context):
        self.context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 860}, **context}
        )
        self.context.add_init_script(AXE)
        self.page = self.context.new_page()
        self.complaints, self.requests = [], []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def open(self, made, fragment=""):
        path = made if isinstance(made, Path) else made.path
        self.page.goto(f"{path.as_uri()}{fragment}")
        return self.wait()

    def reload(self):
        self.page.reload()
        return self.wait()

    def wait(self):
        """Until the audio is known."""
        self.page.wait_for_function("document.getElementById('audio').readyState >= 1")
        return self

    def run(self, script):
        return self.page.evaluate(script)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def seek(self, ms):
        """Go to a moment, and wait until the page is there."""
        self.run(
            f"new Promise((done) => {{ const audio = document.getElementById('audio');"
            f" audio.addEventListener('seeked', () => requestAnimationFrame(done), {{once: true}});"
            f" audio.currentTime = {ms / 1000}; }})"
        )

    def shown(self):
        return self.run(SHOWN)

    def time_ms(self):
        return self.run("document.getElementById('audio').currentTime * 1000")

    def is_playing(self):
        return self.run("!document.getElementById('audio').paused")

    def focused(self):
        return self.run("document.activeElement.id")

    def violations(self):
        options = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})
        found = self.run(f"axe.run(document, {options})")["violations"]
        return [(v["id"], [node["html"] for node in v["nodes"]]) for v in found]

    def tab_stops(self):
        """All elements that Tab reaches, once around, by id or text."""
        self.run("document.activeElement.blur()")
        name = "document.activeElement.id || document.activeElement.textContent.slice(0, 30)"
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


def word_at(cues, ms):
    """The id of the cue and the text of the word that are heard at `ms`; empty between them."""
    before = [cue for cue in cues if cue.start_ms <= ms]
    if not before:
        return "", ""
    cue = before[-1]
    words = [word for word in cue.words if word.start_ms <= ms < word.end_ms]
    return cue.id, cue.text[slice(*words[0][:2])] if words else ""
