"""What can go wrong, said in one line, ``WHAT: WHY (what to do)``.

    NarrateError            1   anything below
    ├── UsageError          2   an option, a voice or a place that cannot be used
    ├── ReadError           2   a document that cannot be read
    ├── NothingToSay        3   a document without a speakable word
    ├── LimitError          4   a document over a limit
    ├── SpeakError          1   the engine failed
    ├── SpliceError         1   the clips could not be joined
    └── WriteError          1   a file could not be written

The number is the exit code of the command line.
"""


class NarrateError(Exception):
    """The base of every error a user may see.

    `what` is the thing that failed (a file, a voice, a sentence), `why` the reason, `remedy` what
    the user can do about it; the string is ``WHAT: WHY (REMEDY)`` on one line.
    """

    exit_code = 1

    def __init__(self, what: str, why: str, remedy: str = "") -> None:
        super().__init__(what, why, remedy)
        self.what = what
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        line = f"{self.what}: {self.why}"
        if self.remedy:
            line = f"{line} ({self.remedy})"
        return " ".join(line.split())


class UsageError(NarrateError):
    """An option, a voice or a place that cannot be used."""

    exit_code = 2


class ReadError(NarrateError):
    """A document that is missing, damaged, binary or of a kind that is not read."""

    exit_code = 2


class NothingToSay(NarrateError):
    """A document that is empty, blank, or has no speakable character."""

    exit_code = 3


class LimitError(NarrateError):
    """A document that is larger than a limit allows."""

    exit_code = 4


class SpeakError(NarrateError):
    """The engine is missing, crashed, hung, or gave something that cannot be the text."""


class SpliceError(NarrateError):
    """Clips that cannot be joined: their rates differ, or the place for audio failed."""


class WriteError(NarrateError):
    """A file that could not be encoded, tagged or put in its place."""
