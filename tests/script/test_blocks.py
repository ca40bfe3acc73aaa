"""Structure in sound: for each profile, what is said and what is left out."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from narrate.base.model import Article, Block, Span, Voice
from narrate.base.spans import written_span
from narrate.script import make_script

CASES = tomllib.loads(Path(__file__).with_name("structures.toml").read_text(encoding="utf-8"))[
    "case"
]
VOICE = Voice("plain", "tone", "", characters_per_second=15)


def script_of(case, **voice):
    blocks = []
    for fields in case["blocks"]:
        spans = tuple(Span(*span) for span in fields.get("spans", ()))
        blocks.append(Block(**{**fields, "spans": spans, "notes": tuple(fields.get("notes", ()))}))
    article = Article("Title", tuple(blocks), language=case.get("language", "en"))
    profile = replace(VOICE, read=tuple(case.get("read", {}).items()), **voice)
    return make_script(article, profile, opening=False, closing=False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_said(case):
    script = script_of(case)
    assert [utterance.spoken for utterance in script.utterances] == case["said"]
    assert [omission.reason for omission in script.omissions] == case.get("left_out", [])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_character_is_said_or_left_out(case):
    script = script_of(case)
    texts = [list(block.text) for block in script.article.blocks]
    spans = [(u.block, u.start, u.end) for u in script.utterances if u.block is not None]
    for block, start, end in [*spans, *((o.block, o.start, o.end) for o in script.omissions)]:
        texts[block][start:end] = " " * (end - start)
    assert not "".join(map("".join, texts)).strip()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_spoken_words_lead_back_to_the_written_ones(case):
    for utterance in script_of(case).utterances:
        place = 0
        for word in utterance.written.split():
            found = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)").search(utterance.spoken, place)
            if found:
                place = found.end()
                start, end = written_span(utterance.map, found.start(), place)
                assert word in utterance.written[start:end]


def test_earcons_stand_before_headings_and_the_first_of_quotes_and_items():
    case = {
        "blocks": [
            {"kind": "heading", "text": "One", "level": 2},
            {"kind": "para", "text": "Text."},
            {"kind": "quote", "text": "One. Two."},
            {"kind": "quote", "text": "C."},
            {"kind": "item", "text": "D"},
            {"kind": "item", "text": "E"},
        ]
    }
    script = script_of(case, sound=(("earcons", "on"),))
    assert [utterance.earcon for utterance in script.utterances] == [
        "heading", "", "quote", "", "", "list", ""
    ]  # fmt: skip
    assert not any(utterance.earcon for utterance in script_of(case).utterances)


def test_no_clause_ends_inside_a_source_that_is_silent():
    text = "It is long, and it goes on, " * 13
    text += (
        "and so on (Smith, 2019; Jones, 2020; van Dijk et al., 2021; Okafor, 2022), and it ends."
    )
    script = script_of({"blocks": [{"kind": "para", "text": text}]})
    said = " ".join(utterance.spoken for utterance in script.utterances)
    assert len(script.utterances) > 1
    assert not re.search(r"\d|[()]|Smith|Okafor", said)
    assert said.endswith("and so on, and it ends.")
