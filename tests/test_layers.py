"""The house holds: imports only point down, core knows nothing but the standard library, files and functions stay
small."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "tagparity"
FLOORS = {
    "core": 0,
    "pii": 1,
    "platforms": 1,
    "hashing": 1,
    "gtm": 1,
    "readers": 2,
    "tables": 2,
    "checks": 3,
    "run": 4,
    "gather": 4,
    "reports": 5,
    "cli": 6,
    "cli_diff": 6,
    "cli_hash": 6,
    "cli_probe": 6,
    "web": 6,
    "demo": 6,
    "__init__": 6,
    "__main__": 6,
}
# The public face is at the top and imports lazily; its version is a plain constant that any floor may name.
CONSTANTS = {("__init__", "__version__")}
MAX_FILE, MAX_FUNCTION = 400, 60
FILES = sorted(PACKAGE.rglob("*.py"))
OUR_CODE = sorted(p for part in ("src", "tests", "tools") for p in (ROOT / part).rglob("*.py"))


def parts_of(path: Path) -> list[str]:
    """Module path inside the package, without `__init__` below the top."""
    parts = list(path.relative_to(PACKAGE).with_suffix("").parts)
    return parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts


def imports(path: Path) -> Iterator[tuple[str, str, int]]:
    """(module, name, line) of every import, relative ones resolved to `tagparity...`."""
    inside = ["tagparity", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "", node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = inside[: len(inside) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((module, alias.name, node.lineno) for alias in node.names)


def floor_named(module: str, name: str) -> str:
    """The part of the package an import reaches: `core`, `checks`, ... or `__init__`."""
    inner = module.split(".")[1:]
    if inner:
        return inner[0]
    return name if name in FLOORS else "__init__"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_point_down(path: Path) -> None:
    here = parts_of(path)[0]
    upward = [
        f"line {line}: {here} imports {module} {name}"
        for module, name, line in imports(path)
        if module.split(".")[0] == "tagparity"
        and FLOORS[target := floor_named(module, name)] > FLOORS[here]
        and (target, name) not in CONSTANTS
    ]
    assert upward == []


@pytest.mark.parametrize("path", sorted((PACKAGE / "core").rglob("*.py")), ids=lambda p: p.name)
def test_core_is_standard_library_only(path: Path) -> None:
    foreign = {m for m, _, _ in imports(path) if m.split(".")[0] not in {*sys.stdlib_module_names, "tagparity"}}
    assert foreign == set()


def test_every_part_has_a_floor() -> None:
    assert {parts_of(p)[0] for p in FILES} <= set(FLOORS)


def test_a_wrong_import_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    (tmp_path / "core").mkdir()
    bad = tmp_path / "core" / "bad.py"
    bad.write_text(
        "from ..run.audit import audit\nfrom .. import cli, __version__\nimport duckdb\nfrom . import score\n"
    )
    assert list(imports(bad)) == [
        ("tagparity.run.audit", "audit", 1),
        ("tagparity", "cli", 2),
        ("tagparity", "__version__", 2),
        ("duckdb", "", 3),
        ("tagparity.core", "score", 4),
    ]
    with pytest.raises(AssertionError, match=r"core imports tagparity\.run\.audit"):
        test_imports_point_down(bad)
    with pytest.raises(AssertionError, match="duckdb"):
        test_core_is_standard_library_only(bad)


def test_platform_names_stay_in_platforms() -> None:
    """No module of one platform is imported by name elsewhere."""
    named = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in FILES
        if parts_of(path)[0] != "platforms"
        for module, name, line in imports(path)
        if module.startswith("tagparity.platforms.")
        or (module == "tagparity.platforms" and (PACKAGE / "platforms" / f"{name}.py").is_file())
    ]
    assert named == []


@pytest.mark.parametrize("path", OUR_CODE, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_sizes(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= MAX_FILE
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= MAX_FUNCTION
    ]
    assert long == []
