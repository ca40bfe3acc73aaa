"""Who speaks each paragraph, by its labels and its kind."""

import pytest

from narrate.base.model import Article, Block, Span
from narrate.base.voice import load_voice
from narrate.script import make_script
from narrate.script.cast import find_parts


def parts(*blocks, language="en"):
    return find_parts(Article("An interview", tuple(blocks), language=language))


def para(text, *spans):
    return Block("para", text, spans=spans)


def bold(text):
    """A paragraph whose label, up to its colon, is in bold."""
    return para(text, Span(0, text.index(":") + 1, "strong"))


def test_quotes_headings_captions_and_notes_have_their_parts():
    kinds = ("heading", "para", "quote", "caption", "image", "note", "item", "table")
    blocks = [Block(kind, "Some text.", level=1) for kind in kinds]
    assert parts(*blocks) == ("heading", "", "quote", "caption", "caption", "note", "", "")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Q:", "A:"),
        ("Q.", "A."),
        ("Question:", "Answer:"),
        ("Frage:", "Antwort:"),
        ("P:", "R:"),
        ("Domanda:", "Risposta:"),
        ("Vraag:", "Antwoord:"),
        ("Pytanie:", "Odpowiedź:"),
        ("Fråga:", "Svar:"),
        ("Q :", "R :"),
    ],
)
def test_questions_and_answers_are_known_by_their_letters(question, answer):
    found = parts(
        para("We met her at the harbour."),
        para(f"{question} How did it begin?"),
        para(f"{answer} With a storm."),
        para("It went on for a week."),
        para(f"{question} And then?"),
        para(f"{answer} Then it was over."),
        para("She lives in the town now."),
    )
    assert found == ("", "question", "answer", "answer", "question", "answer", "")


def test_names_in_bold_are_speakers():
    found = parts(
        bold("Ada Byrne: We began in the cellar."),
        bold("Tom Hale: And it was cold."),
        para("Nobody had money for coal."),
        Block("heading", "The second year", level=2),
        para("It was no warmer."),
        bold("Byrne: It was not."),
        bold("AB: Not at all."),
    )
    ada, tom = "speaker:Ada Byrne", "speaker:Tom Hale"
    assert found == (ada, tom, tom, "heading", "", ada, ada)


def test_the_colon_may_stand_behind_the_bold_name():
    blocks = [para(f"{name}: Yes.", Span(0, len(name), "strong")) for name in ("Ada", "Tom", "Ada")]
    assert parts(*blocks) == ("speaker:Ada", "speaker:Tom", "speaker:Ada")


def test_plain_names_are_speakers_when_they_take_turns_again_and_again():
    lines = ["ADA BYRNE: One.", "TOM HALE: Two.", "ADA BYRNE: Three.", "TOM HALE: Four."]
    assert parts(*map(para, lines)) == ("speaker:ADA BYRNE", "speaker:TOM HALE") * 2
    assert parts(*map(para, lines[:2])) == ("", "")


@pytest.mark.parametrize(
    "lines",
    [
        ["Note: this is new.", "It goes on.", "Note: this as well."],
        ["Pros: light.", "Cons: dear.", "Pros: quick.", "Cons: loud."],
        ["At 10: nothing.", "At 11: nothing.", "At 10: nothing.", "At 11: nothing."],
        ["He had one rule: wait.", "She had none: go.", "He had one rule: wait."],
        ["A: the first point.", "B: the second point."],
        ["https://example.org is one.", "https://example.com is two."],
    ],
)
def test_what_is_no_interview_stays_the_narrators(lines):
    assert set(parts(*map(para, lines))) == {""}


def test_pros_and_cons_in_bold_are_no_speakers():
    found = parts(
        bold("Pros: light."), bold("Cons: dear."), bold("Pros: quick."), bold("Cons: no.")
    )
    assert set(found) == {""}


def test_paragraphs_that_are_bold_questions_are_an_interviewers():
    ask = "How did it begin?"
    question = para(ask, Span(0, len(ask), "strong"))
    answer = para("With a storm.")
    assert parts(question, answer, question, answer) == ("question", "", "question", "")
    assert parts(question, answer) == ("", "")


def test_utterances_name_their_part_and_say_the_label():
    blocks = para("Q: How? And why?"), para("A: With care."), Block("quote", "Slowly.")
    script = make_script(Article("Talk", blocks, language="en"), load_voice("builtin"))
    said = [(each.cast, each.spoken) for each in script.utterances if each.block is not None]
    assert [part for part, _ in said] == ["question", "question", "answer", "quote"]
    assert said[0][1].startswith("Q")


def test_an_announcement_in_front_of_a_quote_is_the_narrators():
    from dataclasses import replace

    voice = replace(load_voice("builtin"), read=(("quote", "announced"),))
    blocks = para("He wrote this."), Block("quote", "The sea was calm.")
    script = make_script(
        Article("Letter", blocks, language="en"), voice, opening=False, closing=False
    )
    assert [each.cast for each in script.utterances] == ["", "", "quote", ""]
    assert script.utterances[1].block is None
