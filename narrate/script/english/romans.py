"""Roman numerals where the words around them say that they are numbers."""

import re

from narrate.script.english.number_words import cardinal, ordinal, roman
from narrate.script.english.rule import Rule, after, before, words

_NEEDED = frozenset("IVXLCDM")
_NUMERAL = r"(?P<numeral>[IVXLCDM]{1,15})"
_RANGE = r"(?:(?P<joint>[-–]|[ ](?:and|to|or|through)[ ]|,[ ])(?P<last>[IVXLCDM]{1,9}))?"
_PRONOUN = re.compile(
    r"[ ](?:am|have|had|think|thought|know|knew|believe|want|would|will|could|can|should|do|did|"
    r"don't|"
    r"saw|see|say|said|love|like|met|went|mean|guess|hope|wish|also|never|always|just|really)\b|['’]"
)


def _is_pronoun(numeral: str, match: re.Match[str]) -> bool:
    """Whether an "I" is the speaker: "when King Henry I think" is rare, "Charles I am" is not."""
    return numeral == "I" and bool(_PRONOUN.match(after(match)))


def _ruler(match: re.Match[str]) -> str | None:
    number = roman(match["numeral"])
    if number is None or number > 99 or _is_pronoun(match["numeral"], match):
        return None
    if match["numeral"] == "I" and not _known_first(match):
        return None
    return f"{match['name']} the {ordinal(number)}{match['tail'] or ''}"


def _known_first(match: re.Match[str]) -> bool:
    """Whether "I" is likely behind this name: before punctuation or "of", or behind a title."""
    titled = re.search(rf"(?:{'|'.join(words('ruler_title'))})[ ]\Z", before(match))
    closed = re.match(
        r"[,.;:)’]|\Z|[ ](?:of|was|is|and|in|ruled|reigned|died|became)\b", after(match)
    )
    return bool(titled or closed)


def _counted(match: re.Match[str]) -> str | None:
    first = roman(match["numeral"])
    if first is None or _is_pronoun(match["numeral"], match):
        return None
    word = words("before_number").get(match["word"].rstrip("."), match["word"])
    said = f"{word} {cardinal(first)}"
    if not match["last"]:
        return said
    last = roman(match["last"])
    if last is None:
        return None
    joint = " to " if match["joint"] in "-–" else match["joint"]
    return f"{said}{joint}{cardinal(last)}"


def _counted_part(match: re.Match[str]) -> str | None:
    number = roman(match["numeral"])
    return f"{match['word']} {cardinal(number)} {match['letter']}" if number else None


def _ordinal_before(match: re.Match[str]) -> str | None:
    number = roman(match["numeral"])
    return f"{ordinal(number)}" if number else None


def _plain(match: re.Match[str]) -> str | None:
    number = roman(match["numeral"])
    if number is None or match["numeral"] in words("not_numerals"):
        return None
    return cardinal(number)


def _behind_name(match: re.Match[str]) -> str | None:
    """Say "the third" behind a first and a last name, a plain number behind any other capital."""
    words_before = before(match).split()
    if not words_before or not words_before[-1][0].isupper():
        return None
    number = roman(match["numeral"])
    assert number is not None  # the pattern names them
    is_person = len(words_before) > 1 and words_before[-2].strip("“\"'(") in words("first_name")
    return f"the {ordinal(number)}" if is_person else cardinal(number)


RULES = (
    Rule(
        "ruler",
        _NEEDED,
        rf"(?<!\w)(?P<name>«ruler»)[ \xa0]{_NUMERAL}(?P<tail>['’]s)?(?!\w|[-.][A-Z])",
        _ruler,
    ),
    Rule(
        "counted",
        _NEEDED,
        r"(?<!\w)(?P<word>«numbered»|«before_number»\.(?=[ ](?:[IVXLC]{2}|[VX]\b)))[ \xa0]"
        rf"{_NUMERAL}{_RANGE}(?!\w|[-.][A-Z])",
        _counted,
    ),
    Rule(
        "counted part",
        _NEEDED,
        r"(?<!\w)(?P<word>«numbered»)[ \xa0](?P<numeral>[IVXLC]{1,7})\.(?P<letter>[A-Z])(?![\w.])",
        _counted_part,
    ),
    Rule(
        "ordinal behind an article",
        _NEEDED,
        r"(?<=\b[Tt]he[ \xa0])(?P<numeral>[IVX]{3,6})(?!\w|[-.][A-Z])",
        _ordinal_before,
    ),
    Rule(
        "century",
        _NEEDED,
        rf"(?<!\w){_NUMERAL}"
        r"(?=[ \xa0-](?:[Cc]entury|centuries|Olympiad|Olympic|Congress|Corps|Legion)\b)",
        _ordinal_before,
    ),
    Rule(
        "list number",
        _NEEDED,
        r"\A(?P<numeral>[IVXL]{1,7})(?=[.:)]?\Z|[.)][ ](?![A-Z]\.))",
        lambda match: None if match["numeral"] == "L" else _plain(match),
    ),
    # Two letters and more behind any name: Rocky II, Vatican II, Thurston Howell III.
    Rule(
        "numeral behind a name",
        _NEEDED,
        r"(?<=[a-z][ \xa0])(?P<numeral>X?(?:I{1,3}|IV|VI{0,3}|IX)(?<![ \xa0][IV]))(?!\w|[-.][A-Z])",
        _behind_name,
    ),
)
