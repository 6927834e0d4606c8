from collections.abc import Callable
from pathlib import Path

import pytest

from kgbuild.errors import DataFileError, ModelError
from kgbuild.model import Zone
from kgbuild.nlp.replay import RecordingAnalyzer, ReplayAnalyzer
from kgbuild.nlp.stanza_adapter import StanzaAnalyzer

Lines = Callable[[str], list[Zone]]
TEXT = "وقال بوتين: «سنرد».\nوللولايات المتحدة موقف آخر."


def test_what_was_recorded_is_replayed(tmp_path: Path, analyzer: StanzaAnalyzer, lines_of: Lines) -> None:
    recorded = RecordingAnalyzer(analyzer, tmp_path).analyze(TEXT, lines_of(TEXT))
    replayed = ReplayAnalyzer(tmp_path)
    assert replayed.analyze(TEXT, lines_of(TEXT)) == recorded
    assert list(replayed.analyze_many([(TEXT, lines_of(TEXT))])) == [recorded]
    assert replayed.fingerprint.startswith("replay-")


def test_what_was_not_recorded_is_an_error(tmp_path: Path, lines_of: Lines) -> None:
    with pytest.raises(ModelError, match="no recorded analysis"):
        ReplayAnalyzer(tmp_path).analyze(TEXT, lines_of(TEXT))


@pytest.mark.parametrize(
    "damage", ["{", "[]", '{"format": 2}', '{"format": 1, "sentences": [[]], "mentions": []}']
)
def test_a_damaged_recording_is_an_error(
    damage: str, tmp_path: Path, analyzer: StanzaAnalyzer, lines_of: Lines
) -> None:
    RecordingAnalyzer(analyzer, tmp_path).analyze(TEXT, lines_of(TEXT))
    [file] = tmp_path.glob("*.json")
    file.write_text(damage)
    with pytest.raises(DataFileError, match="Record it again"):
        ReplayAnalyzer(tmp_path).analyze(TEXT, lines_of(TEXT))
