"""Titles, ranks, streets, firms, Latin and whatever else is cut short and said in full."""

import re
from collections.abc import Callable

from narrate.script.english.context import keep_stop
from narrate.script.english.rule import DIGITS, Rule, after, before, words

_DOT = frozenset(".")
_CAPITAL = r"(?=[ \xa0](?:[“\"'‘(])?[^\W\d_a-zß-öø-ÿ])"
_LAST_WORD = re.compile(r"(?:\A|[ \xa0(“\"])([^ \xa0(“\"]+)[ \xa0]\Z")

_HOUSE = re.compile(
    r"(?<![\w.,])[0-9]{1,5}[ ](?:[NS]?[EW]?[ ])?"
    r"(?:(?:[A-Z][\w'’-]*|[0-9]{1,3}(?:st|nd|rd|th))[ ]){1,4}\Z"
)


def _title(match: re.Match[str]) -> str:
    return str(words("title")[match["title"]])


def _word_before(match: re.Match[str]) -> str:
    found = _LAST_WORD.search(before(match))
    return found[1] if found else ""


def _saint_or_street(match: re.Match[str]) -> str | None:
    """St. John and Main St., Dr. Smith and Maple Dr.: by the words on both sides.

    Behind a name a street, unless a name follows as well; then the name before decides.
    """
    holy, street = words("two_faced")[match["word"]]
    word = _word_before(match)
    named_after = bool(re.match(r"[ \xa0][“\"'‘(]?[A-Z]", after(match)))
    named_before = word[:1].isupper() and word not in words("before_saint") and word[-1].isalnum()
    numbered = bool(re.search(r"\d+(?:st|nd|rd|th)?[ ](?:[A-Z]\w*\.?[ ])*\Z", before(match)))
    on_street = not named_after or numbered or word in words("street_before")
    if on_street and (named_before or re.fullmatch(r"\d+(?:st|nd|rd|th)", word)):
        return f"{street}{keep_stop(match)}"
    return str(holy) if named_after else None


def _street(match: re.Match[str]) -> str | None:
    word = _word_before(match)
    if not word[:1].isupper() and not re.fullmatch(r"\d+(?:st|nd|rd|th)", word):
        return None
    return str(words("street")[match["word"]]) + keep_stop(match)


def _street_of_address(match: re.Match[str]) -> str | None:
    """1211 E Arques Ave: without a full stop, but with a number in front and an end behind."""
    return str(words("street")[match["word"]]) if _HOUSE.search(before(match)) else None


def _postal_state(match: re.Match[str]) -> str | None:
    """CA before a ZIP code."""
    state = words("postal_state").get(match["word"])
    return str(state) if state else None


def _always(match: re.Match[str]) -> str:
    return str(words("always")[match["word"]]) + keep_stop(match)


def _firm(match: re.Match[str]) -> str | None:
    """Inc., Co. and Jr. behind a name, or behind "&"."""
    word = _word_before(match)
    if not word[:1].isupper() and word not in {"&", "and"}:
        return None
    return str(words("firm")[match["word"]]) + keep_stop(match)


def _listed(name: str) -> Callable[[re.Match[str]], str]:
    """What the list `name` says for the word, and a space before the number that follows."""
    return lambda match: f"{words(name)[match['word']]} "


def _state(match: re.Match[str]) -> str:
    return str(words("state")[match["word"]]) + keep_stop(match)


def _month(match: re.Match[str]) -> str:
    return str(words("month")[match["word"]]) + keep_stop(match)


def _direction(match: re.Match[str]) -> str:
    return str(words("direction")[match["word"] or match["before"]])


def _ranks(match: re.Match[str]) -> str:
    """Lt Col Smith: British newspapers write ranks without full stops."""
    return " ".join(str(words("title")[rank]) for rank in match["title"].split())


def _saint(match: re.Match[str]) -> str | None:
    """St John's without a full stop; behind a name it is a street."""
    word = _word_before(match)
    return None if word[:1].isupper() and word not in words("before_saint") else "Saint"


def _versus(match: re.Match[str]) -> str | None:
    """Vs. anywhere, v. between two names (Roe v. Wade)."""
    if match.group() == "v." and not (
        _word_before(match)[:1].isupper() and after(match).lstrip(' \xa0“"')[:1].isupper()
    ):
        return None
    return "versus"


RULES = (
    Rule(
        "before a number",
        DIGITS,
        r"(?<![\w.])(?P<word>«before_number»)\.[ \xa0]?(?=\#?[0-9])",
        _listed("before_number"),
    ),
    Rule(
        "before a year",
        DIGITS,
        r"(?<![\w.])(?P<word>«before_year_only»)\.[ \xa0]?(?=[0-9]{3,4}|«month»\b)",
        _listed("before_year_only"),
    ),
    Rule("title", _DOT, rf"(?<![\w.])(?P<title>«title»)\.{_CAPITAL}", _title),
    Rule(
        "rank without a stop",
        frozenset("LSCPM"),
        r"(?<![\w.])(?P<title>Lt[ ]Col|Lt[ ]Gen|Maj[ ]Gen|Lt|Sgt|Capt|Cpl|Cmdr|Pvt|Prof)"
        + _CAPITAL,
        _ranks,
    ),
    Rule("two-faced", _DOT, r"(?<![\w.])(?P<word>«two_faced»)\.", _saint_or_street),
    Rule("saint", frozenset("S"), r"(?<![\w.])St(?=[ \xa0][A-Z][a-z])", _saint),
    Rule(
        "street of an address",
        DIGITS,
        r"(?<![\w.])(?P<word>«street»)(?=,|;|\)|\s*\Z|[ ](?:Apt|Suite|Unit|Floor|\#))",
        _street_of_address,
    ),
    Rule(
        "state before a ZIP code",
        DIGITS,
        r"(?<=,[ \xa0])(?P<word>[A-Z]{2})(?=,?[ \xa0][0-9]{5}(?:-[0-9]{4})?(?![\w-]))",
        _postal_state,
    ),
    Rule("street", _DOT, r"(?<![\w.])(?P<word>«street»)\.", _street),
    Rule(
        "direction",
        DIGITS,
        r"(?<=[0-9][ ])(?P<word>«direction»)\.?(?=[ ][A-Z0-9][a-z0-9])"
        r"|(?<![\w.])(?P<before>[NSEW])\.(?=[ ][0-9]{1,3}(?:st|nd|rd|th)\b)",
        _direction,
    ),
    Rule("always", _DOT, r"(?<![\w.])(?P<word>«always»)\.(?![\w])", _always),
    Rule("firm", _DOT, r"(?<![\w.])(?P<word>«firm»)\.(?!\w)", _firm),
    Rule("versus", frozenset("v"), r"v(?<=[ \xa0]v)s?(?:\.|(?<=vs))(?=[ \xa0][“\"]?\w)", _versus),
    Rule("state", _DOT, r"(?<=,[ \xa0])(?P<word>«state»)\.(?!\w)", _state),
    Rule(
        "month",
        _DOT,
        r"(?<!\w)(?P<word>Jan|Feb|Apr|Aug|Sept|Sep|Oct|Nov|Dec)\.(?=[ \xa0,;:)–—-]|\Z)",
        _month,
    ),
    Rule(
        "degree",
        _DOT,
        r"(?<!\w)Ph\.[ ]?D\b\.?(?P<plural>['’]?s\b)?",
        lambda m: "P H D" + ("s" if m["plural"] else keep_stop(m)),
    ),
)
