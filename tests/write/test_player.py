"""The player page as a file: its bytes, its policy, what it holds."""

import base64
import hashlib
import json
import re
from dataclasses import replace

import pytest
from conftest import ARTICLES
from pages import HOSTILE, long_article, make_page, read_markdown
from sounds import SETTINGS, make_segments
from sounds import make_recording as recording_of

from narrate import make_release, read_articles
from narrate.base.errors import WriteError
from narrate.base.model import Article, Block
from narrate.produce import Order, export_release
from narrate.write import TextSettings, complete_kinds, player
from narrate.write._waveform import BARS, draw_waveform, write_peaks


@pytest.fixture(scope="module")
def made(tone_voice, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    return make_page(read_markdown(folder / "in"), tone_voice, folder)


@pytest.fixture(scope="module")
def html(made):
    return made.path.read_text(encoding="utf-8")


def test_the_same_article_gives_the_same_bytes(made, tone_voice, tmp_path):
    again = make_page(read_markdown(tmp_path / "in"), tone_voice, tmp_path)
    assert again.path.read_bytes() == made.path.read_bytes()


def test_the_policy_allows_the_page_s_own_style_and_script_only(html):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in policy
    for name, pattern in (
        ("style", r"<style>(.*?)</style>"),
        ("script", r"<script>(.*?)</script>"),
    ):
        (source,) = re.findall(pattern, html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert rules[f"{name}-src"] == f"'sha256-{digest}'"
    assert not re.findall(r"<[^>]+\s(?:style|on\w+)=", re.sub(r"<script.*?</script>", "", html))


def test_nothing_in_the_page_has_another_address(html, made):
    outside = re.findall(r'(?:src|href)="([^"]*)"', html)
    own = {f"{made.path.stem}.mp3", "data:,"}
    links = {"https://example.org/end"}
    assert {a for a in outside if not a.startswith(("#", "data:"))} <= own | links
    assert "url(" not in html
    assert "@import" not in html


def test_the_receipt_counts_what_was_said_and_lists_what_was_not(html, made):
    words = sum(len(cue.words) for cue in made.cues if cue.block is not None)
    assert f"{words} words in " in html
    assert "<h3>Code: announced</h3>" in html
    assert '<a href="#o' in html
    assert "print(&quot;&lt;dark&gt;&quot;)" in html


def test_a_receipt_without_omissions_says_so(tone_voice, tmp_path):
    article = Article("Short", (Block("para", "All of it."),))
    text = make_page(article, tone_voice, tmp_path).path.read_text(encoding="utf-8")
    assert "Nothing was left out." in text


def test_times_are_unpacked_to_those_of_the_cues(html, made):
    chapters = json.loads(re.search(r'id="about">(.*?)</script>', html)[1])["chapters"]
    packed = [json.loads(data) for data in re.findall(r'id="times-\d+">(.*?)</script>', html)]
    assert len(packed) == len(chapters)
    found = []
    for (_, start_ms, first), cues in zip(chapters, packed, strict=True):
        assert cues[0][0] == first
        for number, gap_ms, length_ms, *words in cues:
            start_ms += gap_ms  # noqa: PLW2901 each cue counts from the one before
            found.append((f"u{number:04d}", start_ms, start_ms + length_ms, len(words) // 4))
    assert found == [(c.id, c.start_ms, c.end_ms, len(c.words)) for c in made.cues]


def test_hostile_text_closes_no_element(tone_voice, tmp_path):
    blocks = (Block("heading", HOSTILE, level=2), Block("para", f"Text. {HOSTILE}"))
    article = Article(HOSTILE, blocks, author=HOSTILE, site=HOSTILE)
    html = make_page(article, tone_voice, tmp_path).path.read_text(encoding="utf-8")
    assert html.count("<script>") == html.lower().count("<script>") == 1
    assert html.count("</script>") == html.count("<script")
    assert "<!--" not in html
    assert "\x00" not in html


def test_a_page_brings_the_audio_it_plays(tone_voice, tmp_path):
    article = next(read_articles(ARTICLES / "short-note.txt"))
    order = Order(out=tmp_path, kinds=("player",), draw=False)
    release = make_release(article, tone_voice, order)
    assert [path.suffix for path in release.files] == [".mp3", ".html"]
    record = json.loads((release.folder / "recording.json").read_text())
    assert record["kinds"] == ["mp3", "player"]
    assert complete_kinds(("vtt", "player", "opus")) == ("vtt", "player", "opus")
    assert complete_kinds(("player",), ("json", "m4b")) == ("m4b", "player")


def test_an_exported_page_plays_the_audio_that_is_there(tone_voice, tmp_path):
    article = next(read_articles(ARTICLES / "short-note.txt"))
    order = Order(out=tmp_path, kinds=("opus",), draw=False)
    folder = make_release(article, tone_voice, order).folder
    export_release(folder, Order(kinds=("player",), draw=False))
    (page,) = folder.glob("*.html")
    assert f'src="{page.stem}.opus"' in page.read_text(encoding="utf-8")
    assert not list(folder.glob("*.mp3"))


def test_with_a_file_for_each_chapter_the_page_has_a_whole_one(tone_voice, tmp_path):
    article = next(read_articles(ARTICLES / "letters.txt"))
    order = Order(out=tmp_path, kinds=("mp3", "player"), split=True, draw=False)
    release = make_release(article, tone_voice, order)
    names = [path.name for path in release.files]
    assert len([name for name in names if name.endswith(".mp3")]) == 4
    assert f'src="{names[-2]}"' in release.files[-1].read_text(encoding="utf-8")


def test_an_inline_page_holds_the_audio_byte_for_byte(tone_voice, tmp_path):
    article = Article("Short", (Block("para", "All of it."),))
    made = make_page(article, tone_voice, tmp_path, inline=True)
    data = re.findall(r"data:audio/mpeg;base64,([^\"]*)", made.path.read_text(encoding="utf-8"))
    assert [base64.b64decode(one) for one in data] == [made.path.with_suffix(".mp3").read_bytes()]


def test_the_waveform_is_as_high_as_the_sound_is_loud(tmp_path):
    (segment,) = make_segments(tmp_path / "pcm", [12])
    write_peaks(segment, tmp_path / "peaks")
    peaks = (tmp_path / "peaks").read_bytes()
    assert len(peaks) == -(-segment.samples // 2205)
    assert min(peaks[1:-2]) > 60
    assert peaks[-1] == 0
    bars = re.findall(r"v(\d+)h", draw_waveform(bytes([0] * 500 + [200] * 500)))
    assert len(bars) == BARS
    assert (bars[0], bars[-1]) == ("3", "100")
    assert draw_waveform(b"") == ""
    assert draw_waveform(bytes(10)).count("M") == 10


def test_the_page_grows_with_the_text_and_not_faster(tone_voice, tmp_path):
    sizes = [
        len(make_page(long_article(n), tone_voice, tmp_path / str(n)).path.read_bytes())
        for n in (20, 40, 80)
    ]
    assert sizes[2] - sizes[1] < 2.3 * (sizes[1] - sizes[0])


def test_a_place_that_is_not_there_is_told(tmp_path):
    segments = make_segments(tmp_path / "pcm", [2])
    part = player.encode(segments[0], tmp_path / "part", SETTINGS)
    with pytest.raises(WriteError, match=r"x\.html: No such file"):
        player.finish(recording_of(segments), [part], tmp_path / "none" / "x.html", TextSettings())
    lost = replace(segments[0], pcm=tmp_path / "lost.pcm")
    with pytest.raises(WriteError, match=r"lost\.pcm"):
        player.encode(lost, tmp_path / "part", SETTINGS)


def test_options_of_the_command_line_reach_the_files(run, tmp_path):
    (tmp_path / "story.txt").write_text("A Story\n\nSome words are said here.\n")
    done = run("make", "story.txt", "-t", "vtt,player", "--words", "--inline", "-o", "out")
    assert done.returncode == 0, done.stderr.decode()
    (vtt,) = (tmp_path / "out").glob("*/*.vtt")
    (page,) = (tmp_path / "out").glob("*/*.html")
    assert re.search(r"<00:00:\d\d\.\d{3}>", vtt.read_text())
    assert "data:audio/mpeg;base64," in page.read_text(encoding="utf-8")


def test_a_line_above_the_title_stays_above_it(tone_voice, tmp_path):
    texts = ["Opinion", "The Lamp", "It burned low."]
    kinds = ["para", "heading", "para"]
    blocks = tuple(Block(kind, text) for kind, text in zip(kinds, texts, strict=True))
    made = make_page(Article("The Lamp", blocks), tone_voice, tmp_path)
    html = made.path.read_text(encoding="utf-8")
    assert re.search(r'<p class="eyebrow"[^>]*><span id="u0001" class="u">Opinion</span></p>', html)
    assert re.search(r'<h1 id="title"[^>]*><span id="u0002" class="u">The Lamp</span></h1>', html)
    assert len(re.findall(r">The Lamp</span></h\d>", html)) == 1
