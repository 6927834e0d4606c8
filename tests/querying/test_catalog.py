import re
from pathlib import Path

import pytest

from kgbuild.errors import DataFileError, UsageError
from kgbuild.querying.catalog import question, questions, read_folder, read_question

GOOD = """# title: A title
# question@en: Who?
# question@ar: من؟
# param topic: topic = cyber; what about
# param who: entity = any; who speaks
# lists: a b

# a comment of its own
SELECT ?a { VALUES ?topic { topic:cyber } VALUES ?who { UNDEF } ?act da:topic ?topic ; da:agent ?who, ?a }
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "own.rq"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_a_header_is_read(written: Path) -> None:
    found = read_question(written)
    assert (found.id, found.title, found.question_en, found.question_ar) == ("own", "A title", "Who?", "من؟")
    assert [(p.name, p.kind, p.default, p.about) for p in found.parameters] == [
        ("topic", "topic", "cyber", "what about"),
        ("who", "entity", "any", "who speaks"),
    ]
    assert found.lists == {"a", "b"}


def test_a_line_may_be_continued(tmp_path: Path) -> None:
    path = tmp_path / "rule.rq"
    path.write_text("# title: T\n# rule: one\n#   two\n\nASK {}\n", encoding="utf-8")
    assert read_question(path).about == "one two"


def test_values_take_the_place_of_defaults(written: Path) -> None:
    found = read_question(written)
    assert "VALUES ?topic { <https://w3id.org/kgbuild/topic#cyber> } ?act" in found.bound({}).replace(
        "  ", " "
    )
    assert "?who {" not in found.bound({})
    text = found.bound({"topic": "trade, energy", "who": "russia"})
    assert (
        "VALUES ?topic { <https://w3id.org/kgbuild/topic#trade> <https://w3id.org/kgbuild/topic#energy> }"
        in text
    )
    assert "VALUES ?who { <https://w3id.org/kgbuild/entity/russia> }" in text


def test_a_backslash_in_a_text_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    path.write_text(
        '# title: T\n# param t: text = x; any\n\nSELECT ?t { VALUES ?t { "x" } }\n', encoding="utf-8"
    )
    assert 'VALUES ?t { "a\\\\1\\"b" }' in read_question(path).bound({"t": 'a\\1"b'})


def test_bounds_take_the_limit_and_its_multiples(tmp_path: Path) -> None:
    path = tmp_path / "q.rq"
    body = "SELECT * { { SELECT * { ?s ?p ?o } LIMIT 1000 } { SELECT * { ?s ?p ?o } LIMIT 3000 } } LIMIT 200"
    path.write_text(f"# title: Bounds\n\n{body}\n", encoding="utf-8")
    question = read_question(path)
    assert question.bounded
    assert re.findall(r"LIMIT (\d+)", question.bound({}, 10)) == ["11", "33", "200"]
    assert question.bound({}) == question.text


def test_an_unknown_parameter_is_refused_with_the_nearest(written: Path) -> None:
    with pytest.raises(UsageError, match=r"did you mean topic\?.*It has: topic, who"):
        read_question(written).bound({"topics": "trade"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("# title: A title\n", ""), "line 1: the header lacks a title"),
        (("# question@en: Who?", "# Who?"), "line 2"),
        (("# question@en: Who?", "# colour: red"), "line 2"),
        (("# lists: a b", "# title: again"), "line 6"),
        (("topic = cyber; what about", "topic = cyber"), "line 4"),
        (("topic = cyber; what about", "weather = cyber; what about"), "line 4.*topic"),
        (("topic = cyber; what", "topic = weather; what"), "default of topic.*weather"),
        (("topic = cyber; what", "topic = trade; what"), "VALUES .topic"),
        (("VALUES ?who { UNDEF }", ""), "VALUES .who"),
    ],
)
def test_a_malformed_header_names_file_and_line(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    path = tmp_path / "bad.rq"
    path.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(DataFileError, match=rf"bad\.rq.*{message}"):
        read_question(path)


def test_files_that_cannot_be_questions_are_refused(tmp_path: Path) -> None:
    binary, large = tmp_path / "binary.rq", tmp_path / "large.rq"
    binary.write_bytes(b"\xff\xfe")
    large.write_bytes(b"#" * 300_000)
    for path in (binary, large, tmp_path / "missing.rq"):
        with pytest.raises(DataFileError, match=path.name):
            read_question(path)


def test_the_users_own_folder_adds_questions(written: Path) -> None:
    found = questions([written.parent])
    assert "own" in found
    assert list(found) == sorted(found)
    assert len(found) == len(questions()) + 1


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    (tmp_path / "roles.rq").write_text(GOOD, encoding="utf-8")
    with pytest.raises(UsageError, match=r"roles\.rq has the name"):
        questions([tmp_path])


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder"):
        read_folder(tmp_path / "none")


def test_an_unknown_question_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"did you mean roles\?"):
        question("role", questions())
    with pytest.raises(UsageError, match=r"no question 'xyzzy'\. kgbuild ask --list"):
        question("xyzzy", questions())
    assert question("roles", questions()).id == "roles"
