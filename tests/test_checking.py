from kgbuild.checking import Told, result_of, result_row
from kgbuild.model import Span
from kgbuild.validation import Result, Severity


def result(severity: Severity, focus: str = "urn:x") -> Result:
    return Result(
        severity, focus, "urn:shape", "MinCount", "da:agent", None, "text", "نص", "urn:graph", span=Span(1, 2)
    )


def test_a_result_survives_being_kept() -> None:
    one = result(Severity.WARNING)
    assert result_of(result_row(one)) == one


def test_a_build_tells_violations_and_counts_all_else() -> None:
    told = Told()
    bad = result(Severity.VIOLATION)
    told.add([result_row(bad), result_row(result(Severity.WARNING))])
    told.add([])
    told.add([result_row(result(Severity.WARNING, "urn:y")), result_row(result(Severity.INFO))])
    report = told.report()
    assert report.results == (bad,)
    assert not report.conforms
    assert report.counts == {Severity.VIOLATION: 1, Severity.WARNING: 2, Severity.INFO: 1}
    assert report.headline() == "does not conform: 1 violation, 2 warnings, 1 note in 3 graphs"


def test_nothing_told_conforms() -> None:
    assert Told().report().headline() == "conforms: 0 violations, 0 warnings, 0 notes in 0 graphs"
