"""The library page in a real browser: found, played, reached by keys, from a server and a disk."""

import hashlib
import json
import shutil
import wave

import pytest
from libraries import ARTICLES, HOSTILE, LAMP, Listener, fill_folder, serving, write_article

from narrate.podcast import _patience
from narrate.podcast.library import write_library

LONG = [f"This is sentence number {n} of a long walk along the harbour." for n in range(80)]
STATES = {
    "first": [],
    "dark": [],
    "found": ["search"],
    "nothing": ["search nothing"],
    "playing": ["play"],
    "all": ["search", "play", "files"],
}


@pytest.fixture(scope="module")
def folder(tone_voice, tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser") / "my-articles"
    long = write_article("A Long Walk", LONG, published="2026-01-01")
    hostile = write_article(HOSTILE, [HOSTILE], published="2025-01-01")
    fill_folder(folder, tone_voice, (*ARTICLES, long, hostile))
    shutil.copy(folder / "the-lamp" / "cover.jpg", folder / "cover.jpg")
    return folder


@pytest.fixture(scope="module")
def port(folder):
    with serving(folder) as port:
        yield port


@pytest.fixture
def listener(browser, port):
    """A listener at the library, who had no complaint at the end and asked nobody else."""
    listener = Listener(browser, f"http://127.0.0.1:{port}/")
    yield listener
    assert listener.complaints == []
    here = f"http://127.0.0.1:{port}/"
    assert [url for url in listener.requests if not url.startswith((here, "data:"))] == []
    assert not listener.run("'broken' in window")
    listener.close()


def test_a_search_finds_the_sentence_and_plays_from_it(listener):
    assert listener.search("bakery noticed") == "1 sentence in 1 episode."
    assert listener.hits() == [LAMP[1]]
    assert listener.page.locator("mark").all_text_contents() == ["bakery", "noticed"]
    listener.page.click(".hit")
    listener.wait_for_sound()
    start = listener.run("document.querySelector('.hit').sentence.start")
    assert start > 1000
    assert start <= listener.time_ms() <= start + 3000
    assert listener.page.text_content("#name") == "The Lamp"
    assert listener.page.text_content("#said") == LAMP[1]
    assert listener.page.get_attribute(".hit", "aria-current") == "true"


def test_the_link_of_a_sentence_leads_to_it_in_the_page_to_read_along(listener):
    listener.search("bakery noticed")
    start = listener.run("document.querySelector('.hit').sentence.start")
    listener.page.click(".hit")
    listener.wait_for_sound()
    href = listener.page.get_attribute("#read", "href")
    assert href == listener.page.get_attribute(".hit", "href")
    listener.page.click("#read")
    listener.wait_for("document.querySelector('.now')")
    assert listener.page.text_content(".now").endswith("switched it off,") or LAMP[1].startswith(
        listener.page.text_content(".now")
    )
    assert listener.time_ms() == pytest.approx(start, abs=100)


QUERIES = {
    "cafe": "1 sentence in 1",
    "CAFÉ": "1 sentence in 1",
    "łodz": "1 sentence in 1",
    "港": "1 sentence in 1",
    "light": "2 sentences in 2",
    "ight": "Nothing",
    "light window": "1 sentence in 1",
    '"last window"': "1 sentence in 1",
    '"window last"': "Nothing",
    "naive, they": "1 sentence in 1",
    "number 42 walk": "1 sentence in 1",
    "harbour": "81 sentences in 2",
    "bees briefly": "2 sentences in 1",
    "march varga": "1 episode, by",
    "march varga zebra": "Nothing",
    "</script>": "3 sentences in 1",
    "\\": "",
}


def test_words_are_found_as_people_type_them(listener):
    for query, told in QUERIES.items():
        listener.page.fill("#query", "")
        listener.press("Enter")
        listener.wait_for("!found.textContent")
        listener.page.fill("#query", query)
        listener.press("Enter")
        if told:
            listener.wait_for("found.textContent")
        said = listener.page.text_content("#found")
        assert (query, said[: len(told)]) == (query, told)
        assert listener.page.is_visible("#episodes") == (told in ("", "Nothing"))


def test_more_sentences_are_shown_on_demand(listener):
    listener.search("sentence number")
    assert len(listener.hits()) == 4
    listener.page.click(".more")
    assert listener.hits() == LONG
    assert listener.run("document.activeElement.textContent").endswith(LONG[4])


def test_one_player_goes_on_while_somebody_searches(listener):
    listener.page.click("li:has-text('A Long Walk') button.listen")
    listener.wait_for_sound()
    listener.search("night train")
    listener.page.fill("#query", "")
    listener.press("Enter")
    before = listener.time_ms()
    listener.wait_for(f"audio.currentTime * 1000 > {before}")
    assert listener.run("document.querySelectorAll('audio').length") == 1
    listener.page.click("li:has-text('The Lamp') button.listen")
    listener.wait_for_sound()
    assert listener.page.text_content("#name") == "The Lamp"
    assert listener.page.locator(".current").count() == 1
    listener.page.click("li:has-text('A Long Walk') button.listen")
    listener.wait_for_sound()
    assert listener.time_ms() >= before - 100, "it goes on where it was left"


def test_seeking_asks_the_server_for_a_part(browser, tone_voice, tmp_path):
    fill_folder(tmp_path, tone_voice, [write_article("Long", LONG)], ("wav",))
    with serving(tmp_path) as port:
        listener = Listener(browser, f"http://127.0.0.1:{port}/")
        answers = []
        listener.page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 playwright takes no builtin
        listener.page.click("button.listen")
        listener.wait_for_sound()
        listener.page.focus("#seek")
        listener.press("End", "ArrowLeft", "ArrowLeft")
        listener.wait_for("!audio.seeking && audio.readyState >= 3")
        length = listener.run("audio.duration * 1000")
        assert listener.time_ms() == pytest.approx(length - 10_000, abs=3000)
        parts = [a.headers["content-range"] for a in answers if a.status == 206]
        assert parts
        assert any(not part.startswith("bytes 0-") for part in parts)
        listener.close()


def write_long_audio(release):
    """Five minutes in the place of a release's audio: more bytes than a browser takes at once."""
    path = release / "the-lamp.wav"
    with wave.open(str(path), "wb") as audio:
        audio.setparams((2, 2, 48_000, 0, "NONE", ""))
        audio.writeframes(bytes(4 * 48_000 * 300))
    record = json.loads((release / "recording.json").read_text())
    record["length_ms"] = 300_000
    for listed in record["files"]:
        if listed["path"] == path.name:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            listed |= {"bytes": path.stat().st_size, "sha256": digest}
    (release / "recording.json").write_text(json.dumps(record))


def test_a_player_that_was_let_go_while_it_paused_plays_on(
    browser, tone_voice, tmp_path, monkeypatch
):
    monkeypatch.setattr(_patience, "STALL_SECONDS", 0.5)
    (release,) = fill_folder(tmp_path, tone_voice, ARTICLES[:1], ("wav",))
    write_long_audio(release)
    answers = []
    with serving(tmp_path, log=lambda *told: answers.append(told)) as port:
        listener = Listener(browser, f"http://127.0.0.1:{port}/")
        listener.page.click("button.listen")
        listener.wait_for_sound()
        listener.run("audio.pause()")
        listener.page.wait_for_timeout(2000)
        listener.run("audio.playbackRate = 16; audio.play()")
        listener.wait_for("audio.currentTime > 240")
        assert listener.page.text_content("#trouble") == ""
        listener.close()
    parts = [told for told in answers if told[2].endswith(".wav")]
    assert len(parts) > 1, "it asks again for what it was not sent"
    assert {told[3] for told in parts} == {206}


def test_it_works_from_a_disk(browser, folder):
    path = write_library(folder)
    listener = Listener(browser, path.as_uri())
    listener.search("bakery")
    listener.page.click(".hit")
    listener.wait_for_sound()
    assert listener.page.text_content("#said") == LAMP[1]
    listener.wait_for("document.querySelector('img.show').naturalWidth > 0")
    assert listener.complaints == []
    here = folder.as_uri()
    assert [url for url in listener.requests if not url.startswith((here, "data:"))] == []
    listener.close()


def test_without_a_script_it_is_a_list_with_links_to_the_audio(browser, port, folder):
    listener = Listener(browser, f"http://127.0.0.1:{port}/", java_script_enabled=False)
    links = listener.page.locator("a.listen")
    assert links.count() == len(ARTICLES) + 2
    assert not listener.page.is_visible("#query")
    assert not listener.page.is_visible("#player")
    assert listener.page.is_visible("a[href='feed.xml']")
    links.first.click()
    assert listener.page.url.endswith("/the-lamp/the-lamp.mp3")
    listener.close()


@pytest.mark.parametrize(
    ("state", "width"),
    [
        *((state, 1280) for state in STATES),
        ("first", 390),
        ("found", 390),
        ("all", 390),
        ("all", 320),
    ],
)
def test_axe_finds_nothing_to_complain_of(browser, port, state, width):
    scheme = "dark" if state == "dark" else "light"
    viewport = {"width": width, "height": 844}
    url = f"http://127.0.0.1:{port}/"
    listener = Listener(browser, url, viewport=viewport, color_scheme=scheme)
    for step in STATES[state]:
        if step.startswith("search"):
            listener.search("zzz" if step.endswith("nothing") else "light")
        elif step == "files":
            listener.page.fill("#query", "")
            listener.press("Enter")
            listener.page.locator("summary").nth(1).click()
        elif listener.page.is_visible(".hit"):
            listener.page.locator(".hit").first.click()
            listener.wait_for_sound()
        else:
            listener.page.locator("button.listen").first.click()
            listener.wait_for_sound()
    listener.run("audio.pause()")
    assert listener.violations() == []
    assert listener.run("document.documentElement.scrollWidth") <= width
    if listener.page.is_visible("#player"):
        ends = "[...player.querySelectorAll('*')].map((e) => e.getBoundingClientRect().right)"
        assert max(listener.run(ends)) <= width
    assert listener.complaints == []
    listener.close()


def test_forced_colours_and_less_motion_break_nothing(browser, port):
    options = {"forced_colors": "active", "reduced_motion": "reduce"}
    listener = Listener(browser, f"http://127.0.0.1:{port}/", **options)
    listener.page.locator("button.listen").first.click()
    listener.wait_for_sound()
    assert listener.violations() == []
    listener.page.click("#name")
    assert listener.run("document.activeElement.closest('.episode').classList.contains('current')")
    assert listener.complaints == []
    listener.close()


def test_everything_is_done_with_the_keyboard_alone(listener):
    listener.page.wait_for_selector("#query")
    stops = listener.tab_stops()
    assert len(stops) <= 12, "few tab stops, however many episodes"
    assert stops.index("query") < 4
    listener.run("document.activeElement.blur()")
    while listener.run("document.activeElement.id") != "query":
        listener.press("Tab")
    listener.page.keyboard.type("light")
    listener.page.wait_for_selector(".hit")
    listener.press("ArrowDown", "ArrowDown")
    assert listener.run("document.activeElement.sentence.text").startswith("It carries letters")
    listener.press("Enter")
    listener.wait_for_sound()
    assert listener.page.text_content("#name") == "The Night Train"
    listener.press("Escape")
    assert listener.run("document.activeElement.id") == "query"
    listener.press("Escape")
    assert listener.page.is_visible("#episodes")
    listener.press("Tab")
    listener.press("ArrowDown", "ArrowDown")
    assert listener.run("document.activeElement.textContent").startswith("Bees")
    listener.press("Tab", "Enter")
    listener.wait_for("document.getElementById('name').textContent.startsWith('Bees')")
    listener.press("Tab", "Enter")
    assert listener.run("document.querySelector('.files[open]') !== null")
    listener.press("Escape")
    assert listener.run("document.querySelector('.files[open]') === null")
    stops = listener.tab_stops()
    assert {"seek", "back", "play", "on", "speed", "read", "copy"} <= set(stops)


def test_keys_on_the_player(listener):
    listener.page.click("li:has-text('A Long Walk') button.listen")
    listener.wait_for_sound()
    listener.page.focus("#seek")
    listener.press("Home", "PageUp")
    assert listener.time_ms() == pytest.approx(60_000, abs=1500)
    assert listener.run("seek.getAttribute('aria-valuetext')").startswith("1 minute")
    listener.run("document.activeElement.blur()")
    listener.press("Space")
    assert listener.run("audio.paused")
    listener.page.focus("#speed")
    listener.press("ArrowDown")
    assert listener.run("[audio.playbackRate, audio.preservesPitch]") == [1.1, True]
    listener.page.focus("#on")
    listener.press("Enter")
    assert listener.time_ms() == pytest.approx(90_000, abs=3000)


def test_speed_and_place_are_kept_for_the_next_time(listener):
    listener.page.click("li:has-text('A Long Walk') button.listen")
    listener.wait_for_sound()
    listener.page.select_option("#speed", "1.5")
    listener.page.focus("#seek")
    listener.press("PageUp")
    listener.run("audio.pause()")
    listener.wait_for("document.querySelector('.current .left').textContent")
    listener.page.reload()
    assert "min left" in listener.page.text_content("li:has-text('A Long Walk') .left")
    listener.page.click("li:has-text('A Long Walk') button.listen")
    listener.wait_for_sound()
    assert listener.time_ms() >= 55_000
    assert listener.run("audio.playbackRate") == 1.5


def test_the_address_of_the_feed_is_that_of_this_server_and_can_be_copied(listener, port):
    assert listener.run("feed.value") == f"http://127.0.0.1:{port}/feed.xml"
    listener.page.click("#copy")
    listener.wait_for("told.textContent === 'Copied.'")
    listener.page.focus("#query")
    listener.press("Control+v")
    assert listener.run("query.value") == f"http://127.0.0.1:{port}/feed.xml"


def test_a_search_is_kept_in_the_address(listener):
    listener.search("bakery noticed")
    assert listener.page.url.endswith("#q=bakery%20noticed")
    listener.page.reload()
    listener.page.wait_for_selector(".hit")
    assert listener.hits() == [LAMP[1]]


def test_audio_that_is_gone_is_told(browser, tone_voice, tmp_path):
    (release,) = fill_folder(tmp_path, tone_voice, ARTICLES[:1], ("mp3",))
    with serving(tmp_path) as port:
        listener = Listener(browser, f"http://127.0.0.1:{port}/")
        (release / "the-lamp.mp3").unlink()
        listener.page.click("button.listen")
        listener.wait_for("trouble.textContent.includes('cannot be played')")
        listener.close()
