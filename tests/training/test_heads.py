"""Training of the learned heads: the optimizer, the folds, and that a rule that holds is learned."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "training"))

import heads as training

from kgbuild.extraction.heads import Heads

HEAD = training.Head("role", 0.1, exclusive=False, thresholds=(0.5,))


def group(article: str, *candidates: tuple[str, bool]) -> training.Group:
    features = tuple({name: 1.0} for name, _ in candidates)
    right = tuple(is_right for _, is_right in candidates)
    return training.Group(
        article, features, right, (False,) * len(right), free=False, counts=lambda chosen: (len(chosen), 0, 0)
    )


def examples() -> list[training.Group]:
    return [group(f"article-{n}", ("named", True), ("passing", False)) for n in range(20)]


def test_the_minimum_of_a_quadratic_is_found() -> None:
    target = np.array([3.0, -2.0, 0.5])
    scale = np.array([1.0, 10.0, 100.0])

    def loss(weights: training.Floats) -> tuple[float, training.Floats]:
        away = weights - target
        return float((scale * away**2).sum()), 2 * scale * away

    assert training.minimized(loss, np.zeros(3)) == pytest.approx(target, abs=1e-2)


@pytest.mark.parametrize("exclusive", [False, True])
def test_what_tells_right_from_wrong_is_learned(exclusive: bool) -> None:
    head = training.Head("role", 0.1, exclusive=exclusive, thresholds=(0.5,))
    model = training.Model(head, examples())
    assert dict(zip(model.names, model.weights, strict=True))["named"] > 1
    first, second = model.probabilities(examples()[:1])[0]
    assert first > 0.8
    assert second < 0.2


def test_two_trainings_give_the_same_rows() -> None:
    one, two = (training.table_of(HEAD, training.Model(HEAD, examples()), 0.5) for _ in range(2))
    assert one == two


def test_the_table_is_read_back(tmp_path: Path) -> None:
    rows = training.table_of(HEAD, training.Model(HEAD, examples()), 0.4)
    training.write(tmp_path / "weights.tsv", rows)
    heads = Heads(tmp_path / "weights.tsv")
    assert heads.threshold("role") == 0.4
    assert heads.probability("role", {"named": 1.0}) > heads.probability("role", {"passing": 1.0})


def test_no_article_is_judged_by_a_model_that_has_seen_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[str]] = []

    class Watched(training.Model):
        def __init__(self, head: training.Head, groups: list[training.Group]) -> None:
            seen.append({one.article for one in groups})
            super().__init__(head, groups)

        def probabilities(self, groups: Sequence[training.Group]) -> list[training.Floats]:
            assert not seen[-1] & {one.article for one in groups}
            return super().probabilities(groups)

    monkeypatch.setattr(training, "Model", Watched)
    found = training.cross_validated(HEAD, examples())
    assert len(seen) == training.FOLDS
    assert all(len(one) == 2 for one in found)
