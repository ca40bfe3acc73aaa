"""What the audio formats share: settings, and what their tags say about a recording."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from narrate.base.errors import WriteError
from narrate.base.model import Article, Recording, TimedChapter, Voice

TITLE_CHARACTERS = 250
CHAPTER_TITLE_BYTES = 120
"""UTF-8 bytes; AntennaPod reads the length of an M4B chapter's title as a signed byte."""
TEXT_CHARACTERS = 100_000
"""What a tag holds of the article's text."""

_LEFT_OUT = "[The rest of the text is left out here.]"
_DEFAULT_ALBUM = "Articles"
# C0 and C1 controls but tab and line feed, lone surrogates, the byte order mark and non-characters:
# NUL parts values in ID3, the others are not allowed in XML or cannot be encoded.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_ZERO_WIDTH_JOINER = "\u200d"
_WEB_ADDRESS = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_URL_CHARACTERS = ":/?#[]@!$&'()*+,;=%~"  # reserved or already quoted: left as they are

# ISO 639-1 to ISO 639-2/T, the whole standard, and two that engines use from ISO 639-3.
_ISO_639 = """
aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak
be:bel bg:bul bh:bih bi:bis bm:bam bn:ben bo:bod br:bre bs:bos ca:cat ce:che ch:cha co:cos
cr:cre cs:ces cu:chu cv:chv cy:cym da:dan de:deu dv:div dz:dzo ee:ewe el:ell en:eng eo:epo
es:spa et:est eu:eus fa:fas ff:ful fi:fin fj:fij fo:fao fr:fra fy:fry ga:gle gd:gla gl:glg
gn:grn gu:guj gv:glv ha:hau he:heb hi:hin ho:hmo hr:hrv ht:hat hu:hun hy:hye hz:her ia:ina
id:ind ie:ile ig:ibo ii:iii ik:ipk io:ido is:isl it:ita iu:iku ja:jpn jv:jav ka:kat kg:kon
ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir
la:lat lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit lu:lub lv:lav mg:mlg mh:mah mi:mri mk:mkd
ml:mal mn:mon mr:mar ms:msa mt:mlt my:mya na:nau nb:nob nd:nde ne:nep ng:ndo nl:nld nn:nno
no:nor nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm or:ori os:oss pa:pan pi:pli pl:pol ps:pus
pt:por qu:que rm:roh rn:run ro:ron ru:rus rw:kin sa:san sc:srd sd:snd se:sme sg:sag si:sin
sk:slk sl:slv sm:smo sn:sna so:som sq:sqi sr:srp ss:ssw st:sot su:sun sv:swe sw:swa ta:tam
te:tel tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi ty:tah
ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yo:yor za:zha
zh:zho zu:zul cmn:zho yue:zho
"""
_LANGUAGES = dict(pair.split(":") for pair in _ISO_639.split())


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """How audio is encoded."""

    bitrate_kbps: int | None = None
    """Thousands of bits a second; None for the format's default. FLAC and WAV have none."""
    sample_rate_hz: int | None = None
    """Samples a second; None for the voice's own. Opus always has 48,000."""

    def output_rate(self, rate_hz: int) -> int:
        """The sample rate of a file made of samples at `rate_hz`, both in Hz."""
        return self.sample_rate_hz or rate_hz


class WrittenChapter(NamedTuple):
    """A chapter as a file has it."""

    title: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Written:
    """What an audio file says about itself; a text is empty where it says nothing."""

    title: str
    artist: str
    album: str
    date: str
    """ISO 8601."""
    length_ms: int
    """What a player plays, in whole milliseconds."""
    chapters: tuple[WrittenChapter, ...]


def clean_text(text: str) -> str:
    """Drop what a tag or XML cannot hold; make all line ends line feeds."""
    return _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clamp_title(
    title: str, *, most_characters: int = TITLE_CHARACTERS, most_bytes: int | None = None
) -> str:
    """Put `title` on one line, at most so many characters and UTF-8 bytes long.

    What is too long is cut between two characters as a reader counts them (an accent stays with
    its letter) and ends in an ellipsis.
    """
    text = " ".join(clean_text(" ".join(title.split())).split())
    if len(text) <= most_characters and (most_bytes is None or len(text.encode()) <= most_bytes):
        return text
    ellipsis = "…"
    cut = text[: most_characters - len(ellipsis)]
    if most_bytes is not None:
        cut = cut.encode()[: most_bytes - len(ellipsis.encode())].decode(errors="ignore")
    end = len(cut)
    while end and _belongs_to_previous(text, end):
        end -= 1
    return text[:end].rstrip() + ellipsis


def _belongs_to_previous(text: str, index: int) -> bool:
    """Whether the character at `index` is drawn together with the one before it."""
    here, before = text[index], text[index - 1]
    return unicodedata.category(here).startswith("M") or _ZERO_WIDTH_JOINER in (here, before)


def fit_chapters(chapters: Sequence[TimedChapter], most: int) -> tuple[TimedChapter, ...]:
    """Return `chapters`, or where they are more than `most` (at least 1), just so many.

    A chapter goes by becoming a part of the one before it. Those of the deepest level go first;
    where only some of a level need to go, they are taken evenly from all of it.
    """
    merged: set[int] = set()
    for level in sorted({chapter.level for chapter in chapters}, reverse=True):
        # The first has none before it.
        at_level = [i for i, chapter in enumerate(chapters) if i and chapter.level == level]
        count = min(len(chapters) - len(merged) - most, len(at_level))
        merged.update(at_level[(2 * k + 1) * len(at_level) // (2 * count)] for k in range(count))
    fitted: list[TimedChapter] = []
    for index, chapter in enumerate(chapters):
        if index in merged:
            fitted[-1] = replace(fitted[-1], end_ms=chapter.end_ms)
        else:
            fitted.append(chapter)
    return tuple(fitted)


def language_code(tag: str) -> str:
    """Return the ISO 639-2/T code for a BCP 47 tag ("eng" for "en-GB"), or nothing."""
    primary = tag.replace("_", "-").split("-")[0].lower()
    if primary in _LANGUAGES:
        return _LANGUAGES[primary]
    return primary if re.fullmatch("[a-z]{3}", primary) else ""


def artist(article: Article) -> str:
    """Name the artist: the author, else the site, else nobody."""
    return clamp_title(article.author) or clamp_title(article.site)


def album(recording: Recording) -> str:
    """Name what the recording is filed under: the site, or one name for all that have none."""
    return clamp_title(recording.album or recording.article.site) or _DEFAULT_ALBUM


def track(recording: Recording) -> str:
    """Write the number of a file among several as "3/12"; nothing for a whole article."""
    number, whole = recording.track
    return f"{number}/{whole}" if whole > 1 else ""


def web_address(article: Article) -> str:
    """Return the article's address in ASCII if it is on the web, else nothing."""
    source = clean_text(article.source.strip())
    return quote(source, safe=_URL_CHARACTERS) if _WEB_ADDRESS.match(source) else ""


def voice_note(voice: Voice) -> str:
    """Say that, and how, the speech was made."""
    licence = f", {voice.licence}" if voice.licence else ""
    return clean_text(f"Synthetic speech: voice {voice.name} ({voice.engine}){licence}.")


def written_text(article: Article, most_characters: int = TEXT_CHARACTERS) -> str:
    """Return the article's text, its paragraphs parted by empty lines.

    A long text ends at a paragraph's border before `most_characters` (where the first paragraph
    alone is longer: at a space), and then with a line that says so.
    """
    room = most_characters - len("\n\n" + _LEFT_OUT)
    kept: list[str] = []
    for block in article.blocks:
        paragraph = clean_text(f"{block.marker} {block.text}").strip()
        if not paragraph:
            continue
        if len(paragraph) > room:
            opening = () if kept else (paragraph[:room].rpartition(" ")[0],)
            return "\n\n".join((*kept, *opening, _LEFT_OUT))
        kept.append(paragraph)
        room -= len(paragraph) + len("\n\n")
    return "\n\n".join(kept)


def image_type(data: bytes) -> str:
    """Tell the media type of a picture by its first bytes; empty if it is no JPEG or PNG."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return ""


def listed(numbers: Sequence[int]) -> str:
    """Write numbers as a message has them."""
    return ", ".join(map(str, numbers))


def file_error(path: Path, error: OSError) -> WriteError:
    """The error to raise when a file, `path` if `error` names none, cannot be read or written."""
    return WriteError(
        Path(error.filename or path).name,
        error.strerror or str(error),
        "free some space, or choose another place",
    )
