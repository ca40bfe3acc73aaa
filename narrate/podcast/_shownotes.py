"""What an app shows of an episode: summary, address, chapters and the receipt, as HTML.

Apps make a time at the beginning of a line a link into the sound.
"""

from datetime import date
from html import escape

from narrate.podcast._episodes import Episode
from narrate.write import clamp_title, clean_text


def describe_briefly(text: str, most: int) -> str:
    """`text` for an element that apps take for HTML, in at most so many characters."""
    kept = clamp_title(text, most_characters=most)
    while len(_escape(kept)) > most:
        kept = clamp_title(kept, most_characters=len(kept) * most // len(_escape(kept)) - 1)
    return _escape(kept)


def write_notes(episode: Episode, link: str, updated: date | None) -> str:
    """The notes of `episode` as HTML; `link` is where its article is, or empty."""
    paragraphs = [_escape(episode.summary)]
    by = f"By {_escape(episode.author)}" if episode.author else ""
    where = _escape(episode.site or link)
    if link:
        where = f'<a href="{escape(link)}">{where}</a>'
    if episode.published:
        where = ", ".join(filter(None, [where, _escape(episode.published)]))
    paragraphs += [". ".join(filter(None, [by, where]))]
    if updated:
        paragraphs += [f"Updated on {updated.isoformat()}: the article has changed."]
    html = "".join(f"<p>{text}</p>" for text in paragraphs if text)
    return clean_text(html + _list_chapters(episode) + f"<p>{_write_receipt(episode)}</p>")


def _list_chapters(episode: Episode) -> str:
    if len(episode.chapters) < 2:
        return ""
    lines = (
        f"{_clock(chapter.start_ms)} {_escape(clamp_title(chapter.title))}"
        for chapter in episode.chapters
    )
    return f"<p>Chapters</p><p>{'<br>'.join(lines)}</p>"


def _write_receipt(episode: Episode) -> str:
    voice = f"Read aloud by the synthetic voice {_escape(episode.voice)}."
    parts = [
        _escape(reason) if count == 1 else f"{_escape(reason)} ({count} times)"
        for reason, count in episode.receipt
    ]
    if not parts:
        return f"{voice} Nothing was left out."
    return f"{voice} Left out: {'; '.join(parts)}."


def _clock(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def _escape(text: str) -> str:
    return escape(text, quote=False)
