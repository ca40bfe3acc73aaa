"""Finds what stands behind a seam: the files of a stage's folder, and installed plug-ins.

A file of the folder is found by its own name; names that start with an underscore are shared
parts of its siblings. Other packages add to a seam by an entry point in the group of the same
name (``narrate.speak``, ``narrate.read``, ``narrate.write``). A name with a dot in it is taken as
the path of a module, so that a one-off engine needs no packaging.
"""

import importlib
import pkgutil
from functools import cache
from importlib.metadata import EntryPoints, entry_points
from types import ModuleType
from typing import Any

from narrate.base.errors import UsageError


def names(seam: str) -> list[str]:
    """The names that `load` knows behind `seam` ("speak"), sorted."""
    package = importlib.import_module(f"narrate.{seam}")
    own = {m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_")}
    return sorted(own | {point.name for point in _points(f"narrate.{seam}")})


@cache
def _installed() -> Any:  # noqa: ANN401 the class differs between the versions of Python
    return entry_points()  # reads what every installed package says of itself: 20 ms


def _points(group: str, **selection: str) -> EntryPoints:
    found: EntryPoints = _installed().select(group=group, **selection)
    return found


def _shared(package: ModuleType) -> set[str]:
    """The names of parts that the files of a stage share."""
    return {m.name for m in pkgutil.iter_modules(package.__path__) if m.name.startswith("_")}


def load(seam: str, name: str) -> ModuleType:
    """The module called `name` behind `seam`.

    Raises UsageError when there is none, or when it cannot be imported.
    """
    try:
        if "." in name:
            return importlib.import_module(name)
        package = importlib.import_module(f"narrate.{seam}")
        if name in {m.name for m in pkgutil.iter_modules(package.__path__)} - _shared(package):
            return importlib.import_module(f"narrate.{seam}.{name}")
        for point in _points(f"narrate.{seam}", name=name):
            module: ModuleType = point.load()
            return module
    except (ImportError, TypeError, ValueError) as error:
        raise UsageError(f"{seam} {name}", f"it cannot be loaded: {error}") from error
    known = ", ".join(names(seam))
    raise UsageError(f"{seam} {name}", "there is none of this name", f"there are: {known}")
