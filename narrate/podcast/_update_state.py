"""What `narrate update` remembers of a show: what it made, what it passed over, what failed.

It is in more/.update/state.json, and is written after every article, as a whole or not at all.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from narrate.base.errors import UsageError
from narrate.podcast._episodes import MORE
from narrate.podcast._files import replace_file, write_error

FOLDER = ".update"
STATE = "state.json"
FORMAT = 1
FIRST_DISTANCE = timedelta(hours=1)
LONGEST_DISTANCE = timedelta(days=7)


@dataclass(slots=True)
class Trouble:
    """That something failed, and when it is tried again."""

    count: int = 0
    """How many times in a row; 0 for none."""
    next: str = ""
    """ISO 8601 time."""
    why: str = ""

    def fail(self, why: str, now: datetime) -> bool:
        """Note a failure; whether it is another one than before.

        The distance to the next try grows from an hour to a week, twice as long each time.
        """
        is_new = why != self.why
        self.count += 1
        distance = min(FIRST_DISTANCE * 2 ** min(self.count - 1, 10), LONGEST_DISTANCE)
        self.next, self.why = (now + distance).isoformat(), why
        return is_new

    def is_due(self, now: datetime) -> bool:
        """Whether it may be tried: it is time, or it has not failed."""
        return not self.next or datetime.fromisoformat(self.next) <= now


@dataclass(slots=True)
class Seen:
    """One thing that a source has."""

    mark: str = ""
    """What it was when it was done; empty until then."""
    done: bool = False
    trouble: Trouble = field(default_factory=Trouble)


@dataclass(slots=True)
class Known:
    """One source."""

    etag: str = ""
    modified: str = ""
    """Of the last answer all of which was done."""
    asked: bool = False
    """Whether it was ever listed to its end."""
    trouble: Trouble = field(default_factory=Trouble)
    seen: dict[str, Seen] = field(default_factory=dict)
    """By the keys of `Candidate`."""


@dataclass(slots=True)
class Made:
    """An article of which there was an episode."""

    text: str
    """A hash of what it said."""
    source: str
    """The address of its source."""
    removed: bool = False
    """Whether its episode was removed as one of the oldest; it is not made again."""


@dataclass(slots=True)
class State:
    """The contents of state.json."""

    sources: dict[str, Known] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    """By `source_key`."""
    removing: list[str] = field(default_factory=list)
    """Keys of episodes whose files are being removed."""

    def waiting(self, addresses: Iterable[str]) -> int:
        """How many things of the sources at `addresses` have failed and will be tried again."""
        known = [self.sources[address] for address in addresses if address in self.sources]
        troubles = [each.trouble for each in known]
        troubles += [seen.trouble for each in known for seen in each.seen.values()]
        return sum(trouble.count > 0 for trouble in troubles)


def state_folder(folder: Path) -> Path:
    """Where the state of the show in `folder` is; made if it is not there.

    Raises WriteError when it cannot be made.
    """
    path = folder / MORE / FOLDER
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(path, error) from error
    return path


def read_state(folder: Path) -> State:
    """The state of the show in `folder`; empty where there is none.

    Raises UsageError when it cannot be read.
    """
    path = folder / MORE / FOLDER / STATE
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["format"] != FORMAT:
            raise UsageError(str(path), "it is of another version of narrate")
        sources = {address: _read_known(known) for address, known in record["sources"].items()}
        made = {key: Made(**made) for key, made in record["made"].items()}
        return State(sources, made, record["removing"])
    except FileNotFoundError:
        return State()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = "remove it, and all that is there counts as new"
        raise UsageError(str(path), "it cannot be read", remedy) from error


def _read_known(record: dict[str, object]) -> Known:
    values = dict(record)
    trouble, seen = values.pop("trouble"), values.pop("seen")
    assert isinstance(trouble, dict)
    assert isinstance(seen, dict)
    entries = {
        key: Seen(each["mark"], each["done"], Trouble(**each["trouble"]))
        for key, each in seen.items()
    }
    known = Known(trouble=Trouble(**trouble), seen=entries)
    known.etag, known.modified = str(values["etag"]), str(values["modified"])
    known.asked = bool(values["asked"])
    return known


def write_state(state: State, folder: Path) -> None:
    """Write `state` for the show in `folder`; raises WriteError when that fails."""
    record = {"format": FORMAT, **asdict(state)}
    text = json.dumps(record, ensure_ascii=True, indent=0) + "\n"
    replace_file(state_folder(folder) / STATE, text.encode())
