"""What was made or checked with something else is made or checked again."""

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as known
from pathlib import Path

import pytest

import kgbuild.fingerprints
from kgbuild.config import Settings
from kgbuild.fingerprints import Fingerprints
from kgbuild.nlp.models import resolve


@pytest.mark.parametrize("engine", ["pyshacl", "pyshifty"])
def test_another_engine_checks_again_and_makes_nothing_again(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, models = Settings(tmp_path), resolve()
    before = Fingerprints.of(settings, models)
    assert Fingerprints.of(settings, models) == before

    def other(name: str) -> str:
        if name == engine:
            raise PackageNotFoundError(name)
        return known(name)

    monkeypatch.setattr(kgbuild.fingerprints, "version", other)
    after = Fingerprints.of(settings, models)
    assert after.checked_with != before.checked_with
    assert (after.made_with, after.configuration) == (before.made_with, before.configuration)
