"""Eight languages: what is said for what is written, and that nothing else changes."""

import subprocess
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from narrate.base.spans import written_span
from narrate.script.european import languages
from narrate.script.normalize import speakable

FOLDER = Path(__file__).with_name("european")
TABLES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.toml"))
}
CASES = [
    pytest.param(language, written, said, id=f"{language}: {written}")
    for language, table in TABLES.items()
    for written, said in table.items()
]
SPEECH = tomllib.loads(
    (Path(__file__).parents[2] / "benchmarks" / "voice_samples.toml").read_text(encoding="utf-8")
)
# Pieces that meet in articles, so that hypothesis comes to the places where rules decide.
PIECES = [
    *(
        "€",
        "$",
        "zł",
        "kr",
        "%",
        "°C",
        "§",
        "n°",
        "½",
        "3/4",
        "–",
        "-",
        "−",
        ":",
        ".",
        ",",
        "/",
        "º",
    ),
    *("1", "12", "007", "1.234", "1 234", "3,14", "1999", "2024", "14:30", "14h30", "3.", "1er"),
    *("km", "km/h", "Mio.", "mln", "Nr.", "p.", "S.", "z. B.", "etc.", "usw.", "Dr.", "M.", "St."),
    *("Mai", "maja", "mai", "de", "XIV", "XIX", "XIXe", "wiek", "Ludwig", "Louis", "Kapitel", "I"),
    *(
        " ",
        " ",
        "\u00a0",
        "\n",
        "Uhr",
        "talet",
        "1800-talet",
        "a@b.de",
        "https://x.org/1",
        "ß",
        "🙂",
    ),
]


@pytest.mark.parametrize(("language", "written", "said"), CASES)
def test_a_person_would_say_it_so(language, written, said):
    assert speakable(written, language).text == said


def test_every_language_has_its_table_and_its_rules():
    assert set(TABLES) == set(languages()) == {"de", "fr", "es", "it", "pt", "nl", "pl", "sv"}


@pytest.mark.parametrize("language", sorted(SPEECH))
def test_plain_sentences_are_left_as_they_are(language):
    for sentence in SPEECH[language]:
        assert speakable(sentence, language).text == sentence
        assert speakable(sentence, language).map == ()


def test_a_language_without_rules_is_given_to_the_engine_as_it_is():
    assert speakable("3. května 2024 v 14:30, 5 km", "cs").text == "3. května 2024 v 14:30, 5 km"


@pytest.mark.parametrize(("language", "written", "said"), CASES)
def test_the_way_back_leads_to_what_was_written(language, written, said):
    spoken = speakable(written, language)
    place = 0
    for pair in spoken.map:
        assert place <= pair.spoken_start <= pair.spoken_end <= len(spoken.text)
        assert 0 <= pair.written_start <= pair.written_end <= len(written)
        place = pair.spoken_end
    assert written_span(spoken.map, 0, len(spoken.text)) == (0, len(written))


@given(
    st.sampled_from(sorted(TABLES)),
    st.lists(st.sampled_from(PIECES) | st.characters(), max_size=12).map("".join),
)
@settings(max_examples=400, deadline=None)
@example("de", "3. Mai 1999, 14:30 Uhr, 5,50 €")
@example("fr", "1,2 Md€ 1er XIXe")
def test_any_text_comes_out_once_and_for_all(language, text):
    spoken = speakable(text, language)
    assert speakable(spoken.text, language).text == spoken.text
    for before, after in zip(spoken.map, spoken.map[1:], strict=False):
        assert before.spoken_end <= after.spoken_start
        assert before.written_end <= after.written_start
        assert (
            spoken.text[before.spoken_end : after.spoken_start]
            == text[before.written_end : after.written_start]
        )


def phonemes(espeak, language, text):
    command = [espeak, "-q", "--ipa", "-v", language, "--", text]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return "".join(said.split()).replace("ˈ", "").replace("ˌ", "")


@pytest.mark.parametrize(
    ("language", "written", "reading"),
    [
        ("de", "am 3. Mai 1999", "am dritten Mai neunzehnhundertneunundneunzig"),
        ("de", "um 9:20 Uhr", "um neun Uhr zwanzig"),
        ("de", "3,50 €", "drei Euro fünfzig"),
        (
            "de",
            "2,5 Mio. Menschen, z. B. hier",
            "zwei komma fünf Millionen Menschen, zum Beispiel hier",
        ),
        ("fr", "à 14h30, au XIXe siècle", "à quatorze heures trente, au dix-neuvième siècle"),
        ("fr", "Louis XIV a 5 km", "Louis quatorze a cinq kilomètres"),
        ("es", "5 km, p. ej. por la pág. 12", "cinco kilómetros, por ejemplo por la página doce"),
        ("it", "5 km dal dott. Rossi", "cinque chilometri dal dottor Rossi"),
        ("pt-br", "R$ 5, p. ex. aqui", "cinco reais, por exemplo aqui"),
        ("nl", "€ 5, bijv. in de 19e eeuw", "vijf euro, bijvoorbeeld in de negentiende eeuw"),
        ("pl", "3 maja, 22 km", "trzeciego maja, dwadzieścia dwa kilometry"),
        ("sv", "på 1800-talet, t.ex. 5 kr", "på artonhundratalet, till exempel fem kronor"),
    ],
)
def test_the_engine_says_what_a_person_reads(language, written, reading, tool):
    espeak = tool("espeak-ng")
    said = speakable(written, language).text
    assert phonemes(espeak, language, said) == phonemes(espeak, language, reading)


@pytest.mark.parametrize("language", sorted(TABLES))
def test_the_cost_grows_with_the_text_and_no_faster(language):
    text = " ".join([*SPEECH[language], "12.345,6 km/h am 3. Mai, z. B. 10–12 %"])

    def cost(times):
        start = time.process_time()
        speakable(" ".join([text] * times), language)
        return time.process_time() - start

    cost(1)
    assert cost(80) < 40 * max(cost(10), 0.01)
