"""How an engine's own process is started."""

import sys
from pathlib import Path

# -P and the parent's own path: a json.py in the folder where we are called is not imported. The
# packages are bare, so that only the engine's own modules are imported and not all that the parent
# needs of `narrate.speak`: the espeak server starts in half the time, and forks in half the time.
START = """
import sys
from types import ModuleType
sys.path[:] = {path!r}
for name, folder in {packages!r}.items():
    sys.modules[name] = ModuleType(name)
    sys.modules[name].__path__ = [folder]
from narrate.speak.{module} import main
main({arguments!r})
"""


def command(module: str, arguments: list[str]) -> list[str]:
    """The command that runs `main(arguments)` of a module in narrate.speak, in our interpreter."""
    here = Path(__file__).parent
    code = START.format(
        path=[entry or str(Path.cwd()) for entry in sys.path],
        packages={"narrate": str(here.parent), "narrate.speak": str(here)},
        module=module,
        arguments=arguments,
    )
    return [sys.executable, "-P", "-c", code]
