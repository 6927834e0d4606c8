import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kgbuild.errors import ModelError
from kgbuild.nlp import models


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mine"
    (made / "ar" / "pos").mkdir(parents=True)
    (made / "resources.json").write_text("{}")
    (made / "ar" / "pos" / "x.pt").write_bytes(b"weights")
    return made


def test_bundled_models_are_what_was_recorded() -> None:
    found = models.resolve("bundled")
    assert (found.path / "ar" / "tokenize").is_dir()
    assert len(found.fingerprint) == 64


def test_a_folder_without_manifest_is_refused_until_recorded(folder: Path) -> None:
    with pytest.raises(ModelError, match="kgbuild models record"):
        models.resolve(str(folder))
    assert models.record(folder).fingerprint == models.resolve(str(folder)).fingerprint


def test_a_changed_file_is_refused(folder: Path) -> None:
    models.record(folder)
    (folder / "ar" / "pos" / "x.pt").write_bytes(b"Weights")
    with pytest.raises(ModelError, match=r"x\.pt is not the file that SHA256SUMS records"):
        models.resolve(str(folder))


def test_a_tampered_copy_of_the_bundled_models_is_refused(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(models.resolve("bundled").path, copy)
    weights = sorted(copy.rglob("*.pt"))[0]
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.chmod(0o644)
    weights.write_bytes(bytes(data))
    with pytest.raises(ModelError, match="is not the file"):
        models.resolve(str(copy))


def test_a_missing_file_is_refused(folder: Path) -> None:
    models.record(folder)
    (folder / "ar" / "pos" / "x.pt").unlink()
    with pytest.raises(ModelError, match="is missing"):
        models.resolve(str(folder))


def test_a_file_that_the_manifest_does_not_list_is_refused(folder: Path) -> None:
    models.record(folder)
    (folder / "ar" / "pos" / "y.pt").write_bytes(b"more")
    with pytest.raises(ModelError, match="is not listed"):
        models.resolve(str(folder))


def test_a_malformed_manifest_is_refused_with_its_line(folder: Path) -> None:
    models.record(folder)
    (folder / models.MANIFEST).write_text("abc  x.pt\n")
    with pytest.raises(ModelError, match="line 1"):
        models.resolve(str(folder))


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no models in"):
        models.resolve(str(tmp_path / "nowhere"))
    with pytest.raises(ModelError, match=r"resources\.json"):
        models.record(tmp_path)


def test_official_models_that_were_not_pulled_say_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KGBUILD_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match="kgbuild models pull"):
        models.resolve("official")
    rows = {row.name: row for row in models.list_models()}
    assert rows["bundled"].state == "ready"
    assert rows["bundled"].size > 1_000_000
    assert rows["official"].state == "not pulled"


def test_importing_the_registry_loads_neither_stanza_nor_torch() -> None:
    code = "import sys, kgbuild.nlp.models; print(sorted({'torch', 'stanza'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_pulling_without_a_hub_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from kgbuild.errors import ModelError\n"
        "from kgbuild.nlp.models import pull\n"
        "try:\n    pull(pathlib.Path(sys.argv[1]) / 'official', timeout=2)\n"
        "except ModelError as error:\n    print(error)\n"
    )
    environment = {"STANZA_RESOURCES_URL": "https://127.0.0.1:9", "PATH": "", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert "does not answer" in done.stdout
    assert list(tmp_path.iterdir()) == []
