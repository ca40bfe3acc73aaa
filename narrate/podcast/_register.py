"""episodes.json: what of a show is decided once: guids, first-seen dates, file names, the voice."""

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from narrate.base.errors import UsageError
from narrate.podcast._files import replace_file

REGISTER = "episodes.json"
FORMAT = 1
PODCAST_NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""Of podcast:guid, https://podcasting2.org/docs/podcast-namespace/tags/guid"""
_WEB = re.compile(r"https?://", re.IGNORECASE)


@dataclass(slots=True)
class Entry:
    """What is kept of one source."""

    key: str
    """`source_key` of its article."""
    guid: str
    first_seen: str
    """ISO 8601 date."""
    text: str
    """A hash of what it said when it was last seen."""
    updated: str = ""
    """The date on which another text of it was seen; empty where there was none."""
    file: str = ""
    """The name of its audio in a show; empty elsewhere."""
    release: str = ""
    """The name of its folder in `more/`."""


@dataclass(slots=True)
class Register:
    """The contents of episodes.json."""

    guid: str = ""
    """podcast:guid of the show; empty until its first feed."""
    voice: dict[str, str] = field(default_factory=dict)
    """The voice that the show has: name, engine, model, its sha256, and what `load_voice` finds it
    by (called); empty until its first episode."""
    entries: dict[str, Entry] = field(default_factory=dict)
    """By key, in the order in which they were seen first."""

    def see(self, key: str, source: str, text: str, today: date) -> Entry:
        """The entry of a source whose text has the hash `text`; a new one gets the date `today`.

        `source` is its address, of which its guid follows.
        """
        entry = self.entries.get(key)
        if entry is None:
            entry = Entry(key, self._choose_guid(key, source), today.isoformat(), text)
            self.entries[key] = entry
        elif entry.text != text:
            entry.text, entry.updated = text, today.isoformat()
        return entry

    def _choose_guid(self, key: str, source: str) -> str:
        """urn:uuid of the address; of the key where it has none, or another episode has it too."""
        taken = {entry.guid for entry in self.entries.values()}
        names = [source] if _WEB.match(source) else []
        guids = [uuid5(NAMESPACE_URL, name).urn for name in [*names, f"urn:narrate:{key}"]]
        return next((guid for guid in guids if guid not in taken), guids[-1])

    def choose_podcast_guid(self, url: str, *, keep: bool) -> str:
        """podcast:guid: made of the address of the show's first feed, and kept whatever comes.

        What is made of an address that many shows have, a loopback one, is not to be kept.
        """
        guid = self.guid or str(uuid5(PODCAST_NAMESPACE, _WEB.sub("", url).rstrip("/")))
        self.guid = guid if keep else self.guid
        return guid


def read_register(folder: Path) -> Register:
    """What episodes.json in `folder` says; empty where there is none.

    Raises UsageError when it cannot be read: what it says cannot be found out again.
    """
    path = folder / REGISTER
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["format"] != FORMAT:
            raise UsageError(str(path), "it is of another version of narrate")
        entries = [Entry(**entry) for entry in record["episodes"]]
        return Register(record["guid"], record["voice"], {entry.key: entry for entry in entries})
    except FileNotFoundError:
        return Register()
    except (OSError, ValueError, KeyError, TypeError) as error:
        remedy = "take it from a backup; without it, apps take every episode for a new one"
        raise UsageError(str(path), "it cannot be read", remedy) from error


def write_register(register: Register, folder: Path) -> None:
    """Write `register` as episodes.json into `folder`; raises WriteError when that fails."""
    entries = [asdict(entry) for entry in register.entries.values()]
    record: dict[str, Any] = {
        "format": FORMAT,
        "guid": register.guid,
        "voice": register.voice,
        "episodes": entries,
    }
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    replace_file(folder / REGISTER, text.encode("utf-8", "replace"))
