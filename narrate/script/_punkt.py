"""NLTK's sentence splitter without the rest of NLTK.

`import nltk.tokenize.punkt` first imports the whole package: 360 modules and 0.35 s of CPU more
than the splitter itself needs, as much as speaking a minute of text takes.
"""

import importlib
import importlib.util
import sys
from types import ModuleType

_PACKAGES = ("nltk", "nltk.tokenize")


def import_punkt() -> ModuleType:
    """The module `nltk.tokenize.punkt`; NLTK is left as if it had not been imported."""
    if "nltk" in sys.modules:
        return importlib.import_module("nltk.tokenize.punkt")
    before = set(sys.modules)
    try:
        for name in _PACKAGES:
            spec = importlib.util.find_spec(name)
            if spec is None:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            sys.modules[name] = importlib.util.module_from_spec(spec)
        return importlib.import_module("nltk.tokenize.punkt")
    finally:
        for name in set(sys.modules) - before:
            if name.partition(".")[0] == "nltk":
                del sys.modules[name]
