"""What the package carries of others is what their packages hold, and has its license beside it."""

import hashlib
from pathlib import Path

from kgbuild.text.tables import read_table
from kgbuild.web.app import STATIC

COLUMNS = ("file", "package", "version", "license", "path", "sha256")
FOREIGN = {".woff2", ".css", ".js"}


def test_the_manifest_names_every_foreign_file_as_it_is() -> None:
    rows = read_table(STATIC / "manifest.tsv", COLUMNS)
    for row in rows:
        digest = hashlib.sha256((STATIC / row["file"]).read_bytes()).hexdigest()
        assert digest == row["sha256"], row["file"]
    held = {
        path.relative_to(STATIC).as_posix()
        for folder in ("vendor", "fonts")
        for path in (STATIC / folder).iterdir()
        if path.suffix in FOREIGN
    }
    assert held == {row["file"] for row in rows}


def test_every_package_has_its_license() -> None:
    for row in read_table(STATIC / "manifest.tsv", COLUMNS):
        name = row["package"].rpartition("/")[2]
        assert (STATIC / Path(row["file"]).parent / f"LICENSE-{name}.txt").stat().st_size > 500


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in [*STATIC.glob("*.js"), *STATIC.glob("*.css")]:
        text = path.read_text(encoding="utf-8")
        assert "//" not in text.replace("// ", "").replace("/*", ""), path.name
        assert "@import" not in text
        assert "eval(" not in text
        assert "innerHTML" not in text
