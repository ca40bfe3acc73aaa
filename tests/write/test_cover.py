"""Covers: what is seen, what is never seen, and that it fits; read by ffmpeg and fontconfig."""

import io
import json
import os
import subprocess
import sys
import unicodedata
from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageStat, features

from narrate import make_release
from narrate.base.model import Article, Block
from narrate.produce import Order
from narrate.write import _fonts
from narrate.write._cover import (
    MARGIN,
    PALETTES,
    SIDE,
    SMALL_FONTS,
    TITLE_FONTS,
    TITLE_SIZES,
    choose_palette,
    draw_cover,
)
from narrate.write._fonts import FONTS, JOINERS, Face, Typesetter
from narrate.write._lines import NEVER_FIRST, NEVER_LAST, fit_text

ARTICLE = Article(
    "The Keepers of the Harbour Lights",
    (Block("para", "Every evening at dusk, someone climbs the stairs."),),
    author="Mara Lindqvist",
    site="The Coastal Review",
    published="2026-03-17",
)
LONG = "On the slow and patient work of measuring the tides, and what it taught harbour masters "
HEBREW = "איך למדו הימאים לקרוא את הכוכבים (2026) בעזרת GPS"
ARABIC = "كيف تعلّم البحارة قراءة النجوم في ليالي الشتاء الطويلة؟"
CHINESE = "人工智能如何改变我们阅读新闻的方式：一份来自港口城市的长篇报道"
JAPANESE = "「港の灯り」を守る人々、そしてＡＩの時代。"
HINDI = "तारों को पढ़ना नाविकों ने कैसे सीखा"
TITLES = [
    "Iran",
    ARTICLE.title,
    LONG * 6,
    "Donaudampfschifffahrtsgesellschaftskapitänsmütze",
    "W" * 500,
    "Хранители портовых огней: как моряки читали звёзды",
    HEBREW,
    ARABIC,
    CHINESE,
    JAPANESE,
    HINDI,
    "한글 제목은 낱말 사이에서 나뉜다",
    "Why 🚀 rockets 👩‍🚀 sing ☃",
    "tab\tnew\nline \x00\x07\u202e\ufeff",
]
NO_FONT_HAS = "\U00012000\U00012001"  # cuneiform
OVERHANG = 12
"""Pixels that a letter may reach over its own width."""

needs_raqm = pytest.mark.skipif(not features.check("raqm"), reason="FriBiDi is not installed")


@pytest.fixture
def bare_system(monkeypatch):
    """A system without fonts."""
    monkeypatch.setattr(_fonts, "SYSTEM_FOLDERS", ())
    _fonts.list_system_faces.cache_clear()
    yield
    _fonts.list_system_faces.cache_clear()


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def decode(data, tool):
    """The picture as another program sees it, a byte a pixel."""
    return subprocess.run(
        [tool("ffmpeg"), "-v", "error", "-i", "-", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
        input=data,
        capture_output=True,
        check=True,
    ).stdout


def probe(path, tool):
    command = [tool("ffprobe"), "-v", "error", "-of", "json", "-show_streams", path]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["streams"]


def set_line(setter, line, size=80):
    """`line` drawn, cut to its width."""
    picture = Image.new("L", (round(setter.measure(line, size)), 2 * size))
    setter.draw(ImageDraw.Draw(picture), line, (0, round(1.4 * size)), size, "white")
    return picture


def difference(one, other):
    return ImageStat.Stat(ImageChops.difference(one, other)).sum[0]


def fit_title(title, language="en"):
    setter = Typesetter(title, TITLE_FONTS, language)
    if not setter.text:
        pytest.skip("no font of this system has the letters")
    setting = fit_text(
        setter.text, setter.measure, width=1192, height=700, sizes=TITLE_SIZES, leading=1.3
    )
    return setter, setting


def test_a_cover_is_a_square_baseline_jpeg(tmp_path, tool):
    path = tmp_path / "cover.jpg"
    path.write_bytes(draw_cover(ARTICLE))
    with Image.open(path) as picture:
        picture.verify()
    (stream,) = probe(path, tool)
    assert (stream["codec_name"], stream["profile"]) == ("mjpeg", "Baseline")
    assert (stream["width"], stream["height"]) == (SIDE, SIDE) == (1400, 1400)


@pytest.mark.parametrize("title", TITLES)
def test_a_cover_is_small(title):
    assert len(draw_cover(replace(ARTICLE, title=title))) < 300_000


def test_the_same_article_gets_the_same_bytes_in_another_process():
    code = (
        "import sys; from narrate.base.model import Article; "
        "from narrate.write._cover import draw_cover; "
        f"sys.stdout.buffer.write(draw_cover(Article({ARTICLE.title!r}, (), site='A')))"
    )
    covers = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert covers == {draw_cover(Article(ARTICLE.title, (), site="A"))}


def test_what_is_shown_changes_the_picture():
    others = [replace(ARTICLE, **{field: ""}) for field in ("title", "author", "site", "published")]
    assert len({draw_cover(article) for article in (ARTICLE, *others)}) == 5


def test_a_site_keeps_its_colours_and_sites_differ():
    assert choose_palette(ARTICLE) == choose_palette(replace(ARTICLE, title="x", author="y"))
    assert len({choose_palette(replace(ARTICLE, site=str(n))) for n in range(200)}) == len(PALETTES)


@pytest.mark.parametrize("palette", PALETTES)
def test_both_inks_stand_out_from_the_paper(palette):
    assert contrast(palette.paper, palette.ink) >= 7
    assert contrast(palette.paper, palette.accent) >= 7


def test_the_palettes_can_be_told_apart():
    for one, other in combinations(PALETTES, 2):
        assert one.paper != other.paper


@pytest.mark.parametrize("title", TITLES)
def test_nothing_is_drawn_on_the_margins(title, tool):
    article = replace(ARTICLE, title=title, author=title, site=title)
    pixels = decode(draw_cover(article), tool)
    paper = pixels[0]
    edge = MARGIN - OVERHANG
    rows = [pixels[row * SIDE : (row + 1) * SIDE] for row in range(SIDE)]
    margins = b"".join([*(row[:edge] + row[-edge:] for row in rows), *rows[:60], *rows[-60:]])
    assert max(margins) - paper < 16
    assert paper - min(margins) < 16
    assert max(pixels) - min(pixels) > 100, "there is something to see"


@pytest.mark.parametrize("title", TITLES)
def test_every_line_is_in_its_column_and_none_is_lost(title):
    setter, (size, lines) = fit_title(title)
    assert all(setter.measure(line, size) <= 1192 + OVERHANG for line in lines)
    assert len(lines) * 1.3 * size <= 700
    said = "".join(lines).replace(" ", "")
    if said.endswith("…"):
        assert setter.text.replace(" ", "").startswith(said.rstrip("…"))
    else:
        assert said == setter.text.replace(" ", "")


def test_a_short_title_is_large_and_one_that_never_ends_is_cut():
    assert fit_title("Iran")[1] == (TITLE_SIZES[0], ("Iran",))
    _, (size, lines) = fit_title(LONG * 20)
    assert size == TITLE_SIZES[-1]
    assert lines[-1].endswith("…")
    assert len(" ".join(lines)) > 400


@given(st.text(alphabet="ab c-文。「", min_size=1).filter(str.strip), st.integers(2, 30))
def test_a_setting_fits_its_box(text, width):
    def measure(part, size):
        return len(part) * size

    size, lines = fit_text(text, measure, width=width, height=8, sizes=(4, 2, 1), leading=1)
    assert max(len(line) for line in lines) * size <= width
    assert 1 <= len(lines) * size <= 8


@pytest.mark.parametrize("title", [CHINESE, JAPANESE])
def test_ideographs_are_broken_without_closing_marks_at_the_start_of_a_line(title):
    for width in range(4, 20):
        _, lines = fit_text(
            title,
            lambda part, size: len(part) * size,
            width=width,
            height=99,
            sizes=(1,),
            leading=1,
        )
        assert "".join(lines) == title
        assert not any(line[0] in NEVER_FIRST or line[-1] in NEVER_LAST for line in lines)


@cache
def charset(face, fc_query):
    """The characters of a font, as fontconfig reads them."""
    command = [fc_query, f"--index={face.number}", "--format=%{charset}", face.path]
    ranges = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()
    bounds = [[int(end, 16) for end in each.split("-")] for each in ranges]
    return {code for bound in bounds for code in range(bound[0], bound[-1] + 1)}


@pytest.mark.parametrize("name", TITLE_FONTS)
def test_glyphs_are_found_as_fontconfig_finds_them(name, tool):
    face, setter = Face(str(FONTS / name)), Typesetter("", TITLE_FONTS, "")
    seen = [code for code in range(0x20, 0x20000, 13) if unicodedata.category(chr(code))[0] != "C"]
    found = {code for code in seen if setter._has(face, chr(code))}
    assert found == charset(face, tool("fc-query")) & set(seen)
    assert found


def assert_no_boxes(setter, tool):
    for face, run in setter._split_runs(setter.text):
        missing = {ord(char) for char in run if char not in " " + JOINERS}
        assert missing <= charset(face, tool("fc-query"))


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # `tool` only looks up a path
)
@given(st.text())
@example("Z̸̢̛̖̬͓̪̏̆̍ą̶̛̭̦̘͇̇͋̈́l̵̨̪̤͙̈́͒̎g̸̡͎͉͑o̴͎͐̕ x̌y")
@example(f"Hebrew שלום, 漢字 {NO_FONT_HAS} and ∮")
@example("́ lone mark")
def test_no_letter_is_drawn_in_a_font_that_lacks_it(tool, text):
    assert_no_boxes(Typesetter(text, TITLE_FONTS, "en"), tool)
    assert_no_boxes(Typesetter(text, SMALL_FONTS, "ar"), tool)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        (NO_FONT_HAS, ""),
        (f"The sign {NO_FONT_HAS} in Sumer", "The sign … in Sumer"),
        (f"{NO_FONT_HAS} {NO_FONT_HAS} AI", ""),
        (CHINESE, ""),
        (HINDI, ""),
        ("Why 🚀 rockets 👩‍🚀 sing", "Why rockets sing"),
        ("🚀", ""),
        ("tab\tnew\nline \x00\x07\u202e\ufeff", "tab new line"),
        ("e\u0301te\u0301", "été"),
        ("\ud800 lone surrogate", "lone surrogate"),
        ("", ""),
    ],
)
def test_what_no_font_has_is_left_out(text, drawn, bare_system):
    assert Typesetter(text, TITLE_FONTS, "en").text == drawn
    assert draw_cover(replace(ARTICLE, title=text, author=text, site=text))


def test_a_title_that_cannot_be_drawn_leaves_the_room_to_the_wave(bare_system, tool):
    blank = replace(ARTICLE, author="", site="", published="")
    pixels = decode(draw_cover(replace(blank, title=NO_FONT_HAS)), tool)
    middle = pixels[SIDE // 2 :: SIDE]
    ink = [row for row, value in enumerate(middle) if abs(value - pixels[0]) > 60]
    assert abs((ink[0] + ink[-1]) / 2 - SIDE / 2) < 2


@pytest.mark.parametrize("title", [HEBREW, ARABIC, HINDI])
def test_without_fribidi_letters_that_join_are_left_out(title, monkeypatch):
    monkeypatch.setattr(features, "check", {"raqm": False}.get)
    assert Typesetter(title, TITLE_FONTS, "en").text in ("", "… (2026) … GPS")
    assert Typesetter("Größe und Maß", TITLE_FONTS, "de").text == "Größe und Maß"


@needs_raqm
def test_a_hebrew_line_begins_at_the_right():
    setter = Typesetter("ש ייי", SMALL_FONTS, "he")
    assert setter.rtl
    line, shin = set_line(setter, "ש ייי"), set_line(setter, "ש")
    right = line.crop((line.width - shin.width, 0, line.width, line.height))
    left = line.crop((0, 0, shin.width, line.height))
    assert difference(right, shin) < difference(left, shin) / 4


@needs_raqm
def test_latin_words_in_a_hebrew_line_keep_their_own_order():
    setter = Typesetter("שלום GPS", SMALL_FONTS, "he")
    line, word = set_line(setter, "שלום GPS"), set_line(setter, "GPS")
    assert line.crop((0, 0, word.width, word.height)).tobytes() == word.tobytes()


@needs_raqm
def test_arabic_letters_join():
    setter = Typesetter("سلام", SMALL_FONTS, "ar")
    apart = sum(setter.measure(char, 80) for char in "سلام")
    assert setter.measure("سلام", 80) < 0.9 * apart


@needs_raqm
def test_runs_in_several_fonts_follow_the_direction_of_the_text(monkeypatch):
    setter = Typesetter("שלום world שלום", TITLE_FONTS, "he")
    setter._faces = [Face(str(FONTS / name)) for name in TITLE_FONTS]  # Latin in one, Hebrew not
    assert [run.strip() for _, run in setter._order_runs(setter.text)] == ["שלום", "world", "שלום"]
    first, *_, last = setter._order_runs("שלום world")
    assert (first[1], last[1].strip()) == ("world", "שלום")


@settings(deadline=None, max_examples=60)
@given(st.text(), st.text(), st.text(), st.sampled_from(["en", "ar", "zh-TW", "", "\x00", "日"]))
def test_any_text_gives_a_cover(title, author, site, language):
    article = Article(title, (), author=author, site=site, language=language)
    with Image.open(io.BytesIO(draw_cover(article))) as picture:
        assert picture.size == (SIDE, SIDE)


def test_a_release_carries_the_cover(tmp_path, tone_voice, tool):
    release = make_release(ARTICLE, tone_voice, Order(out=tmp_path))
    picture = next(s for s in probe(release.files[0], tool) if s["codec_type"] == "video")
    assert (picture["width"], picture["disposition"]["attached_pic"]) == (SIDE, 1)
    assert release.recording.article.cover == draw_cover(ARTICLE)


def test_a_cover_that_was_given_stays(tmp_path, tone_voice):
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    given_cover = replace(ARTICLE, cover=file.getvalue())
    release = make_release(given_cover, tone_voice, Order(out=tmp_path))
    assert release.recording.article.cover == file.getvalue()
