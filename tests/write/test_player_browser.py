"""The player page in a real browser: what is marked, what the keys do, what is asked for."""

import contextlib
import functools
import http.server
import shutil
import threading

import pytest
import webvtt
from pages import (
    HOSTILE,
    MARKDOWN,
    SCRIPTS,
    SHOWN,
    Reader,
    article_in,
    long_article,
    make_page,
    read_markdown,
    word_at,
)

from narrate.base.model import Article, Block

TOLERANCE_MS = 100


@pytest.fixture(scope="module")
def made(tone_voice, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    article = read_markdown(folder / "in")
    return make_page(article, tone_voice, folder, kinds=("player", "vtt"))


@pytest.fixture
def reader(browser, made):
    """A reader with the page open, who had no complaint at the end and loaded nothing else."""
    reader = Reader(browser)
    yield reader.open(made)
    assert reader.complaints == []
    own = (made.folder.as_uri(), "data:")
    assert [url for url in reader.requests if not url.startswith(own)] == []
    reader.close()


def find_cue(made, text):
    return next(cue for cue in made.cues if cue.text.startswith(text))


def sample_words(reader, seconds):
    """What the page shows at each frame of so many seconds, and the time of it."""
    return reader.page.evaluate(
        """(seconds) => new Promise((done) => {
            const audio = document.getElementById('audio'), samples = [];
            const until = performance.now() + seconds * 1000;
            const look = () => {
                samples.push([audio.currentTime * 1000, ...SHOWN()]);
                if (performance.now() < until) requestAnimationFrame(look); else done(samples);
            };
            audio.play().then(() => requestAnimationFrame(look));
        })""".replace("SHOWN", f"({SHOWN})"),
        seconds,
    )


def test_the_marks_follow_the_timeline(reader, made):
    reader.seek(find_cue(made, "It cost").start_ms)
    samples = sample_words(reader, 4)
    assert len(samples) > 30
    assert samples[-1][0] - samples[0][0] > 1000
    for ms, cue, word in samples:
        shifts = range(-TOLERANCE_MS, TOLERANCE_MS + 1, 10)
        assert (cue, word) in {word_at(made.cues, ms + shift) for shift in shifts}
    assert len({word for _, _, word in samples}) > 2


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_every_word_of_the_timeline_is_marked_at_its_time(reader, made, place):
    for cue in made.cues:
        for word in cue.words[:: max(1, len(cue.words) - 1)]:
            ms = word.start_ms + round(place * (word.end_ms - word.start_ms))
            reader.seek(ms)
            assert reader.shown() == [cue.id, cue.text[word.start : word.end]]


def test_a_click_on_a_sentence_plays_from_it(reader, made):
    cue = find_cue(made, "That is")
    reader.page.click(f"#{cue.id}")
    assert reader.is_playing()
    assert cue.start_ms <= reader.time_ms() <= cue.start_ms + 2000
    assert reader.shown()[0] == cue.id


def test_a_click_on_what_is_left_out_plays_what_comes_after_it(reader, made):
    reader.page.click("pre.o")
    assert reader.is_playing()
    assert reader.shown()[0] == find_cue(made, "What They Say").id


def test_selecting_text_does_not_play(reader, made):
    box = reader.page.locator(f"#{find_cue(made, 'They noticed').id}").bounding_box()
    reader.page.mouse.move(box["x"] + 3, box["y"] + box["height"] / 2)
    reader.page.mouse.down()
    reader.page.mouse.move(box["x"] + 100, box["y"] + box["height"] / 2, steps=4)
    reader.page.mouse.up()
    assert reader.run("getSelection().toString()")
    assert not reader.is_playing()


def test_arrow_keys_move_from_sentence_to_sentence_and_enter_plays(reader, made):
    reader.page.focus("#text")
    reader.press("Home")
    assert reader.focused() == made.cues[0].id
    reader.press("ArrowDown", "ArrowDown")
    assert reader.focused() == made.cues[2].id
    reader.press("ArrowUp")
    assert reader.focused() == made.cues[1].id
    assert not reader.is_playing()
    reader.press("Enter")
    assert reader.is_playing()
    assert reader.shown()[0] == made.cues[1].id
    reader.press("Tab")
    assert reader.run("document.activeElement.href") == "https://example.org/end"
    reader.press("Shift+Tab", "Escape")
    assert reader.focused() == "play"


def test_every_control_works_from_the_keyboard(reader, made):
    def reach(name):
        reader.run("document.activeElement.blur()")
        for _ in range(40):
            reader.press("Tab")
            if reader.focused() == name:
                return
        raise AssertionError(f"Tab does not reach {name}")

    reach("on2")
    reader.press("Enter")
    first = reader.shown()[0]
    assert first == find_cue(made, "For years").id
    reach("on")
    reader.press("Enter")
    assert reader.shown()[0] == find_cue(made, "Nobody").id
    reach("back")
    reader.press("Enter")
    assert reader.shown()[0] == first
    reach("on2")
    reader.press("Enter")
    assert reader.shown()[0] == find_cue(made, "What It Cost").id
    reach("back2")
    reader.press("Enter")
    assert reader.shown()[0] == first
    reach("play")
    reader.press("Space")
    assert reader.is_playing()
    reader.page.wait_for_selector("#play[aria-label=Pause]")
    reader.press("Space")
    assert not reader.is_playing()
    reach("speed")
    reader.press("ArrowDown")
    assert reader.run("[audio.playbackRate, audio.preservesPitch]") == [1.05, True]
    reach("seek")
    before = reader.time_ms()
    reader.press("ArrowRight")
    assert reader.time_ms() == pytest.approx(before + 5000, abs=50)
    reader.press("PageUp")
    assert "What It Cost" in reader.run("seek.getAttribute('aria-valuetext')")
    reader.press("End", "Home")
    assert reader.time_ms() < 50
    for name, dialog in (("open-look", "look"), ("open-keys", "keys")):
        reach(name)
        reader.press("Enter")
        assert reader.run(f"document.getElementById('{dialog}').open")
        reader.press("Escape")
        assert reader.focused() == name


def test_chapters_are_one_tab_stop_and_enter_plays_one(reader, made):
    reader.page.locator("#chapters a").first.focus()
    reader.press("ArrowDown")
    assert reader.run("document.activeElement.textContent").startswith("What It Cost")
    reader.press("Enter")
    assert reader.is_playing()
    assert reader.shown()[0] == find_cue(made, "What It Cost").id
    current = reader.run("document.querySelector('[aria-current]').textContent")
    assert current.startswith("What It Cost")
    assert reader.run("document.querySelectorAll('#chapters [tabindex=\"0\"]').length") == 1


def test_on_a_phone_chapters_are_over_the_text(browser, made):
    reader = Reader(browser, viewport={"width": 390, "height": 844}).open(made)
    assert not reader.page.is_visible("#chapters")
    reader.page.click("#open-chapters")
    assert reader.page.is_visible("#chapters")
    assert reader.violations() == []
    reader.press("Escape")
    assert not reader.page.is_visible("#chapters")
    assert reader.focused() == "open-chapters"
    reader.press("c", "ArrowDown", "Enter")
    assert reader.is_playing()
    assert not reader.page.is_visible("#chapters")
    assert reader.run("document.documentElement.scrollWidth") <= 390
    assert reader.complaints == []
    reader.close()


LETTERS = {
    "k": "!audio.paused",
    "l": "document.querySelector('.now')?.id === 'u0002'",
    "o": "document.querySelector('.now')?.id === 'u0002'",
    "d": "audio.playbackRate === 1.05",
    "s": "audio.playbackRate === 0.95",
    "t": "look.open",
    "?": "keys.open",
    "c": "document.activeElement.closest('#chapters') !== null",
}


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_key_does_what_the_list_says_until_it_is_switched_off(reader, letter):
    reader.page.focus("#open-keys")
    reader.press("Enter")
    reader.page.uncheck("#letters-too")
    reader.press("Escape")
    reader.reload()
    reader.press(letter)
    assert not reader.run(LETTERS[letter])
    reader.page.click("#open-look")
    assert not reader.page.is_checked("[name=letters]")
    reader.page.check("[name=letters]")
    reader.press("Escape")
    reader.run("document.activeElement.blur()")
    reader.press(letter)
    assert reader.run(LETTERS[letter])


def test_the_page_opens_where_it_was_left(reader, made):
    cue = find_cue(made, "A light that")
    reader.seek(cue.start_ms + 300)
    reader.press("k")
    reader.page.wait_for_timeout(200)
    reader.press("k")
    left = reader.time_ms()
    reader.reload()
    reader.page.wait_for_function("document.querySelector('.now')")
    assert reader.time_ms() == pytest.approx(left, abs=30)
    assert reader.shown()[0] == cue.id
    assert reader.run("document.querySelector('.now').getBoundingClientRect().top > 0")
    assert not reader.is_playing()


def test_an_address_with_a_sentence_opens_there(reader, made):
    cue = find_cue(made, "That is")
    reader.page.goto("about:blank")
    reader.open(made, f"#{cue.id}")
    reader.page.wait_for_function("document.querySelector('.now')")
    assert reader.shown()[0] == cue.id


def test_without_storage_everything_else_works(browser, made):
    reader = Reader(browser)
    reader.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('none'); }})"
    )
    reader.open(made)
    reader.press("k", "d")
    assert reader.is_playing()
    assert reader.complaints == []
    reader.close()


def test_the_spoken_sentence_is_kept_in_view_until_the_reader_looks_elsewhere(browser, made):
    reader = Reader(browser, viewport={"width": 1280, "height": 420}, reduced_motion="reduce")
    reader.open(made)

    def is_in_view():
        return reader.run(
            "(() => { const box = document.querySelector('.now').getBoundingClientRect();"
            " return box.top >= 0 && box.bottom <= innerHeight - player.offsetHeight; })()"
        )

    reader.press("k")
    for text in ("That is", "A light", "1999", "I counted"):
        reader.seek(find_cue(made, text).start_ms + 10)
        assert is_in_view()
    reader.page.mouse.move(600, 100)
    reader.page.mouse.wheel(0, -5000)
    reader.page.wait_for_selector("#follow:not([hidden])")
    assert not is_in_view()
    there = reader.run("scrollY")
    reader.seek(find_cue(made, "A light").start_ms + 10)
    assert reader.run("scrollY") == there
    reader.page.click("#follow")
    assert is_in_view()
    assert reader.page.is_hidden("#follow")
    assert reader.complaints == []
    reader.close()


def test_nothing_is_announced_by_itself_while_it_plays(reader, made):
    reader.page.focus("#seek")
    reader.seek(find_cue(made, "It cost").start_ms)
    before = reader.run("[seek.value, seek.getAttribute('aria-valuetext')]")
    sample_words(reader, 2)
    assert reader.run("[seek.value, seek.getAttribute('aria-valuetext')]") == before
    assert reader.focused() == "seek"
    live = "[aria-live]:not([aria-live=off]), [role=alert], [role=log], [role=status], output"
    assert reader.run(f"[...document.querySelectorAll('{live}')].map((e) => e.id)") == [
        "trouble",
        "size-value",
        "leading-value",
        "spacing-value",
    ]
    assert reader.run("trouble.textContent") == ""


def test_media_keys_know_the_article(reader):
    assert reader.run("navigator.mediaSession.metadata.title") == "The Lamp That Kept the Harbour"


def test_what_is_set_is_kept(reader):
    reader.page.click("#open-look")
    reader.page.check("[name=theme][value=dark]")
    reader.page.fill("[name=size]", "200")
    reader.page.select_option("[name=mark]", "sentence")
    reader.press("Escape")
    reader.reload()
    style = "getComputedStyle(document.getElementById('text'))"
    assert reader.run(f"{style}.fontSize") == "38px"
    assert reader.run("getComputedStyle(document.body).backgroundColor") == "rgb(21, 23, 26)"
    reader.seek(3000)
    assert reader.shown()[1] == ""
    assert reader.run("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [(1280, 860, "light"), (1280, 860, "dark"), (390, 844, "dark"), (320, 256, "light")],
)
def test_axe_finds_nothing_in_any_state(browser, made, width, height, scheme):
    reader = Reader(browser, viewport={"width": width, "height": height}, color_scheme=scheme)
    reader.open(made)
    assert reader.violations() == []
    reader.page.click("#play")
    reader.seek(find_cue(made, "It cost").start_ms + 100)
    assert reader.violations() == []
    reader.page.focus("#text")
    reader.press("ArrowDown")
    assert reader.violations() == []
    for dialog in ("look", "keys"):
        reader.page.focus(f"#open-{dialog}")
        reader.press("Enter")
        assert reader.violations() == []
        reader.press("Escape")
    reader.run("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
    assert reader.violations() == []
    assert reader.complaints == []
    reader.close()


@pytest.mark.parametrize("media", [{"forced_colors": "active"}, {"media": "print"}], ids=str)
def test_axe_finds_nothing_in_forced_colours_or_print(reader, media):
    reader.page.emulate_media(**media)
    assert reader.violations() == []
    if "media" in media:
        assert not reader.page.is_visible("#player")
        assert reader.page.is_visible("#text")


@pytest.fixture(scope="module")
def long(tone_voice, tmp_path_factory):
    return make_page(long_article(), tone_voice, tmp_path_factory.mktemp("long"))


def test_a_long_article_has_few_tab_stops(browser, long):
    reader = Reader(browser).open(long)
    stops = reader.tab_stops()
    assert {"text", "play", "seek", "speed"} <= set(stops)
    assert len(stops) <= 25
    reader.run("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
    assert len(reader.tab_stops()) <= 25
    assert reader.run("document.querySelectorAll('.receipt a').length") > 200
    reader.page.locator(".receipt a").nth(3).focus()
    target = reader.run("document.activeElement.hash.slice(1)")
    reader.press("Enter")
    assert reader.focused() == target
    reader.close()


def test_only_the_chapter_that_is_heard_is_unpacked(browser, long):
    reader = Reader(browser)
    reader.page.add_init_script(
        "const parse = JSON.parse; window.parsed = 0;"
        "JSON.parse = (text, ...more) => { window.parsed += String(text).length;"
        " return parse(text, ...more); }"
    )
    reader.open(long)
    sample_words(reader, 1)
    data = "[...document.querySelectorAll('[type=\"application/json\"]')]"
    total = reader.run(f"{data}.reduce((sum, e) => sum + e.textContent.length, 0)")
    assert reader.run("window.parsed") < total / 4
    reader.close()


@pytest.mark.parametrize("language", SCRIPTS)
def test_a_page_reads_right_in_every_script(browser, tone_voice, tmp_path, language):
    made = make_page(article_in(language), tone_voice, tmp_path)
    reader = Reader(browser).open(made)
    text = "getComputedStyle(document.getElementById('text'))"
    assert reader.run(f"{text}.direction") == ("rtl" if language == "ar" else "ltr")
    assert reader.run("document.getElementById('text').lang") == language
    quote = "getComputedStyle(document.querySelector('blockquote p'))"
    assert reader.run(f"{quote}.direction") == "ltr"
    for cue in made.cues:
        if cue.words:
            word = cue.words[-1]
            reader.seek((word.start_ms + word.end_ms) // 2)
            assert reader.shown() == [cue.id, cue.text[word.start : word.end]]
    assert reader.violations() == []
    assert reader.complaints == []
    reader.close()


def test_hostile_text_is_only_text(browser, tone_voice, tmp_path):
    blocks = (
        Block("heading", HOSTILE, level=2),
        Block("para", f"Before. {HOSTILE} After."),
        Block("code", HOSTILE, marker=HOSTILE),
        Block("note", HOSTILE, marker=HOSTILE),
    )
    article = Article(HOSTILE, blocks, author=HOSTILE, site=HOSTILE, language='en"><script>')
    made = make_page(article, tone_voice, tmp_path)
    reader = Reader(browser).open(made)
    assert reader.run("window.broken") is None
    assert reader.run("document.querySelectorAll('script:not([type])').length") == 1
    shown = reader.run("document.querySelector('#text p').textContent")
    assert shown == f"Before. {HOSTILE} After.".replace("\x00", "\ufffd")
    reader.press("k")
    assert reader.is_playing()
    assert reader.violations() == []
    assert reader.complaints == []
    reader.close()


def test_a_script_that_is_not_the_page_s_own_does_not_run(browser, made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "copy")
    path = tmp_path / "copy" / made.path.name
    html = path.read_text(encoding="utf-8")
    path.write_text(
        html.replace("</body>", "<script>window.broken = 1</script><img src=x.png></body>"),
        encoding="utf-8",
    )
    reader = Reader(browser).open(path)
    assert reader.run("window.broken") is None
    assert len([text for text in reader.complaints if "Content Security Policy" in text]) == 2
    reader.close()


def test_without_scripts_there_are_the_text_and_the_audio_with_its_captions(browser, made):
    reader = Reader(browser, java_script_enabled=False)
    reader.page.goto(made.path.as_uri())
    assert reader.page.is_visible("audio[controls]")
    assert reader.page.is_visible("#chapters")
    assert not reader.page.is_visible("#player")
    assert "Nobody was told." in reader.page.inner_text("#text")
    assert reader.complaints == []
    reader.close()


def test_axe_finds_nothing_where_the_script_does_not_run(browser, made, tmp_path):
    html = made.path.read_text(encoding="utf-8")
    path = tmp_path / "plain.html"
    path.write_text(html.replace('"use strict";', '"use strict"; return;'), encoding="utf-8")
    reader = Reader(browser, bypass_csp=False)
    reader.page.goto(path.as_uri())  # its policy refuses the changed script
    assert reader.page.is_visible("audio[controls]")
    assert reader.violations() == []
    reader.close()


def test_the_browser_reads_the_captions(reader, made):
    found = reader.run(
        """new Promise((done) => {
            const track = document.querySelector('track').track;
            track.mode = 'hidden';
            const look = () => track.cues && track.cues.length
                ? done([...track.cues].map((cue) => [cue.startTime, cue.endTime]))
                : setTimeout(look, 20);
            look();
        })"""
    )
    captions = webvtt.read(made.path.with_suffix(".vtt"))
    assert [tuple(times) for times in found] == [
        pytest.approx((seconds(c.start), seconds(c.end)), abs=0.001) for c in captions
    ]


def seconds(clock):
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def test_an_inline_page_needs_no_other_file(browser, tone_voice, tmp_path):
    made = make_page(read_markdown(tmp_path / "in"), tone_voice, tmp_path, inline=True)
    alone = tmp_path / "alone" / "page.html"
    alone.parent.mkdir()
    shutil.copy(made.path, alone)
    reader = Reader(browser).open(alone)
    reader.press("k")
    reader.seek(5000)
    assert reader.shown()[0] == word_at(made.cues, 5000)[0]
    assert [url for url in reader.requests if url.startswith("file:")] == [alone.as_uri()]
    assert reader.complaints == []
    reader.close()


@pytest.mark.parametrize("kind", ["m4b", "opus", "flac", "wav"])
def test_a_page_plays_whatever_audio_the_release_has(browser, tone_voice, tmp_path, kind):
    made = make_page(read_markdown(tmp_path / "in"), tone_voice, tmp_path, kinds=(kind, "player"))
    assert not list(made.folder.glob("*.mp3"))
    reader = Reader(browser).open(made)
    cue = find_cue(made, "It cost")
    reader.seek(cue.words[1].start_ms + 10)
    assert reader.shown() == [cue.id, cue.text[slice(*cue.words[1][:2])]]
    reader.close()


def test_a_missing_audio_file_is_told(browser, made, tmp_path):
    alone = tmp_path / "page.html"
    shutil.copy(made.path, alone)
    reader = Reader(browser)
    reader.page.goto(alone.as_uri())
    reader.page.wait_for_function("trouble.textContent.includes('.mp3 is to stand beside')")
    assert reader.violations() == []
    reader.close()


@contextlib.contextmanager
def serving(folder):
    """A server of `folder` on this machine, and its address."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_from_a_server_the_page_asks_only_for_its_audio(browser, made):
    with serving(made.folder) as address:
        reader = Reader(browser)
        reader.page.goto(f"{address}/{made.path.name}")
        reader.page.wait_for_function("document.getElementById('audio').readyState >= 1")
        reader.press("k")
        assert reader.is_playing()
        asked = {url.removeprefix(address) for url in reader.requests if url[:5] != "data:"}
        assert asked == {f"/{made.path.name}", f"/{made.path.stem}.mp3"}
        assert reader.complaints == []
        reader.close()


def test_the_text_of_the_markdown_is_all_there(reader):
    text = " ".join(reader.page.inner_text(".page").split())
    for line in ("Nobody was told", "Who climbs", "worse. No light", "18 miles", 'print("<dark>")'):
        assert line in MARKDOWN
        assert line in text
