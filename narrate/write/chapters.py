"""The chapters by themselves: JSON for podcast players, WebVTT for players on web pages.

Formats: podcast:chapters 1.2.0,
https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/chapters/jsonChapters.md
and https://www.w3.org/TR/webvtt1/#introduction-chapters. Neither knows levels or a limit.
"""

import json
from html import escape
from pathlib import Path
from typing import Any

from narrate.base.model import Recording
from narrate.write._audio import artist, clamp_title, file_error
from narrate.write._clock import clock
from narrate.write._text import DEFAULT, TextSettings

KIND = "chapters"
SUFFIX = ".chapters.json"
SUFFIXES = (SUFFIX, ".chapters.vtt")
MIME = "application/json+chapters"


def write(recording: Recording, path: Path, settings: TextSettings = DEFAULT) -> None:  # noqa: ARG001 there is nothing to choose
    """Write the JSON to `path` and the WebVTT beside it; raise WriteError if that fails."""
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            json.dump(_describe(recording), file, ensure_ascii=False, indent=1)
            file.write("\n")
        with path.with_suffix(".vtt").open("w", encoding="utf-8", newline="\n") as file:
            file.write("WEBVTT\n")
            for number, chapter in enumerate(recording.chapters, start=1):
                times = f"{clock(chapter.start_ms)} --> {clock(chapter.end_ms)}"
                title = escape(clamp_title(chapter.title), quote=False)
                file.write(f"\n{number}\n{times}\n{title}\n")
    except OSError as error:
        raise file_error(path, error) from error


def _describe(recording: Recording) -> dict[str, Any]:
    about = {
        "version": "1.2.0",
        "title": clamp_title(recording.article.title),
        "author": artist(recording.article),
    }
    chapters = [
        {
            "startTime": chapter.start_ms / 1000,
            "endTime": chapter.end_ms / 1000,
            "title": clamp_title(chapter.title),
        }
        for chapter in recording.chapters
    ]
    return {**{name: text for name, text in about.items() if text}, "chapters": chapters}
