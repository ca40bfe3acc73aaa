"""Files of a show that are replaced as a whole, and the day on which something is seen."""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from narrate.base.errors import UsageError, WriteError


def replace_file(path: Path, data: bytes) -> bool:
    """Let the file at `path` hold `data`; whether it did not before.

    A reader finds the old file or the new one, and one with these bytes is not touched. Two
    writers need a lock. Raises WriteError when it cannot be written.
    """
    draft = path.with_name(f".{path.name}.new")
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise write_error(path, error) from error
    return True


def write_error(path: Path, error: OSError) -> WriteError:
    """The error to raise when the file at `path` cannot be written."""
    why = str(error.strerror or error).lower()
    return WriteError(str(path), f"it cannot be written: {why}", "free some space")


def find_today(environment: Mapping[str, str] = os.environ) -> date:
    """Today's date in UTC, or that of SOURCE_DATE_EPOCH, for results that can be made again.

    See https://reproducible-builds.org/specs/source-date-epoch/. Raises UsageError where that is
    no number of seconds.
    """
    seconds = environment.get("SOURCE_DATE_EPOCH", "")
    if not seconds:
        return datetime.now(UTC).date()
    try:
        return datetime.fromtimestamp(int(seconds), UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"SOURCE_DATE_EPOCH {seconds}", "it is no time", "give seconds since 1970"
        ) from error
