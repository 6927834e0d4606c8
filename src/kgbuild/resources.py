"""Where the data folders are (beside ``src/`` in a checkout, inside the package in a wheel)."""

from pathlib import Path

from kgbuild.errors import DataFileError

_PACKAGE = Path(__file__).resolve().parent
_ROOTS = (_PACKAGE / "data", _PACKAGE.parents[1])


def data_path(*parts: str) -> Path:
    """Path of a bundled data file or folder, e.g. ``data_path("seeds", "lexicon")``.

    Raises:
        DataFileError: if neither the wheel nor the checkout holds it.
    """
    for root in _ROOTS:
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise DataFileError(
        f"{'/'.join(parts)} is not in this installation of kgbuild. Install it again "
        "(pip install --force-reinstall kgbuild), or run it from a complete checkout."
    )
