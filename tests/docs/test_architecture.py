"""The rules of docs/architecture.md about who may import what."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "kgbuild"
STAGES = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").is_file()} - {"text", "web"}
SHARED = {"model", "text", "vocab", "errors", "resources", "config"}
MODULES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))
ALLOWED_IN = {
    "stanza": {"nlp"},
    "torch": {"nlp"},
    "tokenizers": {"nlp/encoder.py"},
    "rdflib": {"vocab.py", "graph", "validation", "store", "querying"},
    "pyshacl": {"validation"},
    "trafilatura": {"corpus/pages.py"},
    "click": {"cli.py", "options.py", "web/commands.py"}
    | {f"{name}_command.py" for name in ("models", "ontology", "reviewing")}
    | {f"{name}_commands.py" for name in ("asking", "building", "exporting")},
    "shifty": {"validation"},
}


def imports(module: str) -> Iterator[str]:
    """Full names of what a module imports, inside functions too."""
    for node in ast.walk(ast.parse((SOURCE / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative imports hide the stage"
            yield str(node.module)
            if node.module == "kgbuild":
                yield from (f"kgbuild.{name.name}" for name in node.names)


def parts_of_kgbuild(module: str) -> set[str]:
    return {name.split(".")[1] for name in imports(module) if name.startswith("kgbuild.")} - {"__version__"}


@pytest.mark.parametrize("module", [m for m in MODULES if m.partition("/")[0] in STAGES])
def test_stages_do_not_know_one_another(module: str) -> None:
    own = module.partition("/")[0]
    assert parts_of_kgbuild(module) <= SHARED | {own}


def test_the_types_import_nothing_of_kgbuild() -> None:
    assert parts_of_kgbuild("model.py") == set()
    assert parts_of_kgbuild("errors.py") == set()


@pytest.mark.parametrize("library", ALLOWED_IN)
def test_a_library_is_imported_in_its_place_alone(library: str) -> None:
    places = {module for module in MODULES if any(name.split(".")[0] == library for name in imports(module))}
    outside = {p for p in places if not ({p, p.partition("/")[0]} & ALLOWED_IN[library])}
    assert not outside


def test_there_are_stages() -> None:
    wanted = {
        "corpus",
        "nlp",
        "linking",
        "extraction",
        "graph",
        "store",
        "querying",
        "validation",
        "evaluation",
    }
    assert wanted <= STAGES
