"""Pronunciation lexicons of the W3C: PLS 1.0 (Recommendation of 14 October 2008).

Taken are graphemes, phonemes in the International Phonetic Alphabet and aliases. Documents with a
type declaration are refused: nothing in the format needs one, and entities can swell without bound.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

NAMESPACE = "{http://www.w3.org/2005/01/pronunciation-lexicon}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read_pls(text: str) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """The lexemes of a PLS document: their spellings, and ipa, alias and language.

    Raises ValueError, with why, for a document that is none or needs another alphabet.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("it declares a document type, which is not taken")
    try:
        root = ET.fromstring(text)  # noqa: S314 no declarations: no entities to expand
    except ET.ParseError as error:
        raise ValueError(f"it is no well-formed XML: {error}") from error
    if root.tag.removeprefix(NAMESPACE) != "lexicon":
        raise ValueError("it is no pronunciation lexicon: its root is not <lexicon>")
    alphabet = root.get("alphabet", "")
    for lexeme in root:
        if isinstance(lexeme.tag, str) and lexeme.tag.removeprefix(NAMESPACE) == "lexeme":
            language = lexeme.get(LANGUAGE) or root.get(LANGUAGE) or ""
            yield _read_lexeme(lexeme, alphabet, language)


def _read_lexeme(
    lexeme: ET.Element, alphabet: str, language: str
) -> tuple[list[str], dict[str, Any]]:
    spellings = [_text(child) for child in _children(lexeme, "grapheme")]
    if not any(spellings):
        raise ValueError("a lexeme has no grapheme")
    entry: dict[str, Any] = {"language": language}
    phonemes, aliases = _children(lexeme, "phoneme"), _children(lexeme, "alias")
    if phonemes:
        chosen = _preferred(phonemes)
        used = chosen.get("alphabet") or alphabet
        if used.lower() != "ipa":
            raise ValueError(
                f"{spellings[0]} is in the alphabet {used or 'of nobody'}: only ipa is taken"
            )
        entry["ipa"] = _text(chosen)
    if aliases:
        entry["alias"] = _text(_preferred(aliases))
    return [spelling for spelling in spellings if spelling], entry


def _children(lexeme: ET.Element, name: str) -> list[ET.Element]:
    return [
        child
        for child in lexeme
        if isinstance(child.tag, str) and child.tag.removeprefix(NAMESPACE) == name
    ]


def _preferred(elements: list[ET.Element]) -> ET.Element:
    """The first that is marked as preferred, else the first."""
    return next((each for each in elements if each.get("prefer") == "true"), elements[0])


def _text(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())
