"""In which direction a language or a text is written, and how HTML says so."""

import re
import unicodedata

# The scripts of Unicode that run from right to left and are in use today (ISO 15924), and the
# languages (ISO 639) that are written in them where their tag names no script.
_SCRIPTS = frozenset(
    {"adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"}
)
# fmt: off
_LANGUAGES = frozenset({
    "ar", "arc", "arz", "ckb", "dv", "fa", "glk", "he", "khw", "ks", "lrc", "mzn", "nqo", "pnb",
    "prs", "ps", "sd", "syr", "ug", "ur", "yi",
})
# fmt: on
_TAG = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{1,8})*")


def language_direction(tag: str) -> str:
    """Give rtl or ltr for a BCP 47 tag."""
    parts = tag.lower().replace("_", "-").split("-")
    scripts = [part for part in parts[1:] if len(part) == 4 and part.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in _SCRIPTS else "ltr"
    return "rtl" if parts[0] in _LANGUAGES else "ltr"


def text_direction(text: str) -> str:
    """Give rtl or ltr by the first letter that has a direction (UAX #9, rule P2), else nothing."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return ""


def lang_attributes(tag: str, *, xml: bool) -> str:
    """The attributes that say a language and its direction; with `xml`, for XHTML as well."""
    name = tag.replace("_", "-")
    also = f' xml:lang="{name}"' if xml else ""
    language = f' lang="{name}"{also}' if _TAG.fullmatch(name) else ""
    return f'{language} dir="{language_direction(tag)}"'


def block_attributes(text: str, tag: str, direction: str, *, xml: bool) -> str:
    """As `lang_attributes` for a block inside a text of `direction`; empty where nothing differs.

    A block that names no language, but whose letters run the other way, gets its direction.
    """
    if tag:
        return lang_attributes(tag, xml=xml)
    own = text_direction(text)
    return f' dir="{own}"' if own and own != direction else ""
