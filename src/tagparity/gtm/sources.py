"""Where the value of a parameter comes from, step by step: constants, variables, keys of the page, templates."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..core.container import Container, Entity
from ..core.lineage import Fate, Stability, Step
from ..core.text import outside
from .behaviours import behaviour
from .ids import stability
from .references import references
from .values import Values

_DEPTH = 6
MISSING = ("undefined", "null", "{{undefined}}")


@dataclass(frozen=True, slots=True)
class Source:
    """What supplies a value: its fate so far, the stations from the page on, and how it behaves as an id. `root` is the
    same for two values that come from the same place; `hand` that somebody mapped it, rather than the template."""

    fate: Fate
    steps: tuple[Step, ...] = ()
    stability: Stability = Stability.UNKNOWN
    root: str = ""
    why: str = ""
    hand: bool = False

    def then(self, step: Step, fate: Fate | None = None) -> Source:
        """The same value one station further."""
        return replace(self, steps=(*self.steps, step), fate=fate or self.fate)


class Sources:
    """The variables of one container."""

    def __init__(self, container: Container) -> None:
        self.container, self.values = container, Values(container)
        self.builtins = {"".join(b.lower().split()) for b in container.builtins}
        self.partial = not container.whole

    def of(self, value: str) -> Source:
        """The source of a parameter's text. An empty text is `never`: nothing is sent."""
        if not value.strip():
            return Source(Fate.NEVER, why="empty")
        names = references([value])
        kind, why = stability(self.container, value, self.values)
        if not names:
            return Source(Fate.SUPPLIED, (Step("page", "fixed text"),), kind, f"text {value}", why)
        found = [self._named(name, 0) for name in names]
        worst = next((s for s in found if s.fate is not Fate.SUPPLIED), found[0])
        fate = worst.fate if len(found) == 1 or all(s.fate is worst.fate for s in found) else Fate.UNKNOWN
        roots = "+".join(s.root for s in found)
        steps = (
            found[0].steps
            if len(found) == 1
            else (Step("page", "several values put together"), *(s.steps[-1] for s in found if s.steps))
        )
        return Source(fate, steps, kind, roots, why)

    def _named(self, name: str, depth: int) -> Source:
        found = self.values.by_name.get(outside(name))
        if found is None:
            return self._unlisted(name)
        step = Step("variable", f"{{{{{found.name}}}}}", self.container.where(found))
        inner = self._inner(found, depth)
        return inner.then(step)

    def _unlisted(self, name: str) -> Source:
        """A built-in variable, or one the export does not hold."""
        shown = outside(name, 60)
        if "".join(name.lower().split()) in self.builtins or name.startswith("_"):
            return Source(Fate.SUPPLIED, (Step("page", f"built-in variable {shown}"),), root=f"built-in {name}")
        fate = Fate.UNKNOWN if self.partial else Fate.NEVER
        return Source(
            fate, (Step("variable", f"{{{{{shown}}}}}, which this container does not have"),), root=f"none {name}"
        )

    def _inner(self, found: Entity, depth: int) -> Source:
        """What a variable itself draws on."""
        key = next(
            (
                v
                for k in ("name", "keyPath", "headerName", "queryParamName", "queryKey")
                if isinstance(v := found.params.get(k), str) and v
            ),
            "",
        )
        shown = outside(key, 80)
        words = {
            "v": f"data layer key '{shown}'",
            "k": f"cookie '{shown}'",
            "j": f"global variable '{shown}'",
            "u": f"page address{f', parameter {shown}' if shown else ''}",
            "f": "referrer",
            "d": "element of the page",
            "aev": "element of the page",
            "e": "name of the event",
            "ed": f"event data '{shown}'",
            "rh": f"request header '{shown}'",
            "qp": f"request parameter '{shown}'",
            "sgtmk": f"request cookie '{shown}'",
        }
        if found.type in words:
            return Source(Fate.SUPPLIED, (Step("page", words[found.type]),), root=f"{found.type} {key}")
        if found.type == "c":
            return Source(Fate.SUPPLIED, (Step("page", "constant"),), root=f"text {found.params.get('value')}")
        if found.type == "jsm":
            return self._code(found, depth)
        known = behaviour(self.container, found)
        title = known.title if known else found.template or found.type
        fate = Fate.SUPPLIED if known or found.type in ("smm", "remm", "awec") else Fate.UNKNOWN
        return Source(fate, (Step("page", f"made by {outside(title, 60)}"),), root=f"variable {found.name}")

    def _code(self, found: Entity, depth: int) -> Source:
        """Custom JavaScript: what it reads from other variables, where it reads any."""
        code = found.params.get("javascript")
        names = references([code]) if isinstance(code, str) else []
        if len(names) == 1 and depth < _DEPTH:
            inner = self._named(names[0], depth + 1)
            return replace(inner, fate=Fate.SUPPLIED if inner.fate is Fate.SUPPLIED else Fate.UNKNOWN)
        return Source(Fate.SUPPLIED, (Step("page", "custom JavaScript"),), root=f"variable {found.name}")
