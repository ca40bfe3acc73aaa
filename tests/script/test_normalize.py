"""What is said for what is written: tables by class, properties, and the engine's own phonemes."""

import subprocess
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from narrate.base.spans import written_span
from narrate.script.english import number_words
from narrate.script.normalize import speakable

FOLDER = Path(__file__).with_name("normalize")
TABLES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.toml")
}
PLAIN = TABLES.pop("plain")["plain"]
CASES = [
    pytest.param(written, said, id=f"{table}: {written}")
    for table in sorted(TABLES)
    for written, said in TABLES[table].items()
]
# Pieces that meet in articles, so that hypothesis comes to the places where rules decide.
PIECES = [
    *("$", "£", "€", "US$", "¢", "%", "°", "°C", "′", "″", "'", '"', "#", "@", "&", "§", "™", "±"),
    *("1", "12", "007", "1,234", "3.14", ".5", "1990s", "2019", "20", "½", "3/4", "²", "₂", "1st"),
    *(
        "-",
        "–",
        "—",
        "−",
        "/",
        ":",
        ".",
        ",",
        "+",
        "=",
        "<",
        ">",
        "~",
        "×",
        "x",
        "^",
        "*",
        "[[",
        "[",
    ),
    *(
        "km",
        "km/h",
        "ft",
        "m",
        "bn",
        "million",
        "p.m.",
        "am",
        "AD",
        "GMT",
        "s",
        "kg",
        "in.",
        "ext.",
    ),
    *(
        "March",
        "Mar.",
        "Mon",
        "St.",
        "Dr.",
        "Maj.",
        "Gen.",
        "Inc.",
        "No.",
        "pp.",
        "e.g.",
        "vs.",
        "v.",
    ),
    *(
        "Henry",
        "VIII",
        "II",
        "I",
        "War",
        "Chapter",
        "CO",
        "F",
        "Python",
        "Boeing",
        "A",
        "John",
        "Ill.",
    ),
    *(
        "the",
        "a",
        "of",
        "people",
        "to",
        "in",
        "www.",
        "https://",
        "example.com",
        " ",
        " ",
        " ",
        "\xa0",
    ),
]
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=24).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=24).map(" ".join),
    st.text(max_size=120),
)


@pytest.mark.parametrize(("written", "said"), CASES)
def test_it_is_said_as_people_say_it(written, said):
    assert speakable(written).text == said


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_class_has_forty_cases(table):
    assert len(TABLES[table]) >= 40


@pytest.mark.parametrize("sentence", PLAIN)
def test_plain_words_are_not_touched(sentence):
    spoken = speakable(sentence)
    assert spoken.text == sentence
    assert spoken.map == ()


@pytest.mark.parametrize("language", ["fi", "tr-TR", "zh", "eng"])
def test_other_languages_are_not_rewritten_by_the_rules_of_english(language):
    assert speakable("Am 3. Mai um 10:30 kostete es $5.", language).map == ()


@pytest.mark.parametrize("language", ["en", "en-GB", "EN", "en_US"])
def test_every_english_is_english(language):
    assert speakable("5 km", language).text == "five kilometers"


@settings(max_examples=600)
@given(TEXTS)
@example("5¢½²x")
@example("a1½st.Dr.")
def test_a_second_pass_changes_nothing(text):
    said = speakable(text).text
    assert speakable(said).text == said


@settings(max_examples=400)
@given(TEXTS)
def test_the_map_covers_the_text_in_order_and_all_else_is_the_same(text):
    spoken = speakable(text)
    spoken_place = written_place = 0
    for pair in spoken.map:
        assert pair.spoken_start >= spoken_place
        assert pair.written_start >= written_place
        same = spoken.text[spoken_place : pair.spoken_start]
        assert same == text[written_place : pair.written_start]
        assert pair.written_end > pair.written_start
        spoken_place, written_place = pair.spoken_end, pair.written_end
    assert spoken.text[spoken_place:] == text[written_place:]


@given(st.lists(st.sampled_from(PLAIN), min_size=1, max_size=3).map(" ".join))
def test_letters_of_plain_text_are_never_lost(text):
    assert speakable(text).text == text


@given(st.text(alphabet=st.characters(categories=["Ll", "Zs"]), max_size=200))
def test_text_in_small_letters_comes_out_byte_for_byte(text):
    if " v" not in text and "\xa0v" not in text:  # "vs" is the one abbreviation without a sign
        assert speakable(text).text == text


def test_a_rewritten_word_leads_back_to_what_is_written():
    text = "It cost $1.5 billion in 2019."
    spoken = speakable(text)
    place = spoken.text.index("billion")
    start, end = written_span(spoken.map, place, place + len("billion"))
    assert text[start:end] == "$1.5 billion"


def test_two_square_brackets_never_reach_the_engine():
    assert "[[" not in speakable("[[[[ [[h@loU]] [[[").text


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (40, "forty"),
        (105, "one hundred five"),
        (1_000_001, "one million one"),
        (
            10**36 - 1,
            " ".join(f"nine hundred ninety-nine{scale}" for scale in number_words._SCALES[::-1]),
        ),
        (10**36, "one" + " zero" * 36),
        (-7, "minus seven"),
    ],
)
def test_a_number_is_counted_in_words(number, words):
    assert number_words.cardinal(number) == words


@given(st.integers(1, 3999))
def test_a_roman_numeral_is_read_back(number):
    numeral, rest = "", number
    for value, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        numeral += letters * (rest // value)
        rest %= value
    assert number_words.roman(numeral) == number


@pytest.mark.parametrize("numeral", ["", "IIII", "VX", "MIX.", "IC", "LIVID", "mm"])
def test_what_is_not_written_by_the_rules_is_no_roman_numeral(numeral):
    assert number_words.roman(numeral) is None


def phonemes(espeak, text):
    """espeak-ng's own phonemes of `text`, without its marks for pauses, words and stress."""
    said = subprocess.run(
        [espeak, "-q", "-x", "--ipa", "-v", "en-us", "--", text],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return "".join(said.split()).replace("ˈ", "").replace("ˌ", "")


@pytest.mark.parametrize("table", sorted(TABLES))
def test_the_engine_says_the_expected_reading(table, tool):
    espeak = tool("espeak-ng")
    # Words written out by a person, without the commas and hyphens of ours.
    for written, said in list(TABLES[table].items())[::8]:
        assert phonemes(espeak, speakable(written).text) == phonemes(espeak, said)


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        ("It cost $1.5 billion.", "It cost one point five billion dollars."),
        ("Pay £3m now", "Pay three million pounds now"),
        ("in the 1990s", "in the nineteen nineties"),
        ("Henry VIII wed", "Henry the eighth wed"),
        ("World War II", "World War two"),
        ("3/4 of it", "three quarters of it"),
        ("about ~50 people", "about about fifty people"),
        ("5 km/h", "five kilometers per hour"),
        ("No. 10", "number ten"),
        ("Maj. Gen. Lee", "Major General Lee"),
        ("at 10:05 p.m.", "at ten oh five p.m."),
        ("Call (555) 123-4567", "Call five five five one two three four five six seven"),
        ("March 17, 2020", "March seventeenth twenty twenty"),
        ("-3°C", "minus three degrees Celsius"),
    ],
)
def test_the_engine_says_the_same_as_for_words_written_out_by_hand(written, reading, tool):
    espeak = tool("espeak-ng")
    assert phonemes(espeak, written) != phonemes(espeak, reading)
    assert phonemes(espeak, speakable(written).text) == phonemes(espeak, reading)


@pytest.mark.parametrize(
    "unit",
    ["1", "$1,", "1/", "1-", "1:", "a.", "www.", "@a", "[", "1 m ", "I ", "5'", "St. ", "1×"],
)
def test_hostile_text_takes_linear_time(unit):
    def cost(length):
        text = (unit * length)[:length]
        began = time.process_time()
        speakable(text)
        return time.process_time() - began

    cost(1000)  # patterns are compiled when they are first needed
    small, large = min(cost(2_000) for _ in range(3)), min(cost(16_000) for _ in range(2))
    assert large < 8 * 3 * max(small, 0.002)
