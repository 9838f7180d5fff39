"""Reading YAML: places are exact, and a poisonous file costs little."""

from __future__ import annotations

from time import process_time

import pytest

from coordinator.playbook.lint import examine
from coordinator.playbook.source import MAX_BYTES, MAX_DEPTH, Place, read_source

LAUGHS = "a: &a [ha, ha]\n" + "".join(
    f"{name}: &{name} [*{last}, *{last}]\n" for last, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def codes(text: str | bytes) -> list[tuple[str, int, int]]:
    source = read_source(text.encode() if isinstance(text, str) else text, "x.yaml")
    return [(each.code, each.line, each.column) for each in source.findings]


def test_values_are_those_of_yaml_1_2() -> None:
    source = read_source(b"a: yes\nb: 010\nc: [1.5, true, null, ~, '1', 0x1F, .inf]\nd: {e: 1e3}\n", "x.yaml")
    assert source.data == {
        "a": "yes",
        "b": 10,
        "c": [1.5, True, None, None, "1", "0x1F", ".inf"],
        "d": {"e": 1000.0},
    }
    assert not source.findings


def test_every_key_and_value_has_its_place() -> None:
    source = read_source("a:\n  - 中: 'x'\n    c: 2\n".encode(), "x.yaml")
    assert source.keys["a", 0, "c"] == Place(3, 5)
    assert source.values["a", 0, "中"] == Place(2, 8, quoted=True)
    assert source.values["a", 0, "c"] == Place(3, 8)
    assert source.inside(("a", 0, "中"), 0) == Place(2, 9)
    assert source.place(("a", 0, "missing")) == Place(2, 5)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: &x 1\nb: *x\n", [("anchor", 1, 4), ("alias", 2, 4)]),
        ("a: 1\nb: 2\na: 3\n", [("duplicate_key", 3, 1)]),
        ("a: {b: 1, c: 2, b: 3}", [("duplicate_key", 1, 17)]),
        ("a: !!python/object:os.system {}", [("tag", 1, 4)]),
        ("a: !!str 4", [("tag", 1, 4)]),
        ("? [a, b]\n: 1", [("key_not_text", 1, 3)]),
        ("a: 1\n---\nb: 2", [("several_documents", 2, 1)]),
        ("a: [1, 2", [("yaml", 1, 9)]),
        ("a: b: c", [("yaml", 1, 5)]),
        (b"a: \x01", [("yaml", 1, 4)]),
        (b"a: 1\nb: \xff", [("not_utf8", 2, 1)]),
        ('a: "\\ud800"', [("not_text", 1, 4)]),
        ('"\\ud800": 1', [("not_text", 1, 1)]),
        ("[" * 10_000 + "]" * 10_000, [("nested_too_deep", 1, MAX_DEPTH + 1)]),
        ("{a: " * 10_000 + "}" * 10_000, [("nested_too_deep", 1, 4 * MAX_DEPTH + 1)]),
        ("- " * 10_000, [("nested_too_deep", 1, 2 * MAX_DEPTH + 1)]),
        (b"a" * (MAX_BYTES + 1), [("too_large", 1, 1)]),
        ("[" + "1," * 100_000 + "1]", [("too_many_values", 1, 39_996)]),
    ],
)
def test_what_a_playbook_never_needs_is_refused(text: str | bytes, found: list[tuple[str, int, int]]) -> None:
    assert codes(text) == found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LAUGHS, id="alias bomb"),
        pytest.param("[" * 10_000 + "]" * 10_000, id="10,000 nested brackets"),
        pytest.param("a" * 2**20, id="1 MB"),
        pytest.param("a: 1\n" * 40_000, id="one key 40,000 times"),
        pytest.param("".join(f"k{n}: 1\n" for n in range(20_000)), id="20,000 unknown keys"),
        pytest.param("".join(f"? {'x' * 90}{n}\n" for n in range(2_000)), id="long keys"),
        pytest.param(
            "levels: {IV: {work: {tasks: ["
            + ",".join(f"{{key: k{n}, depends: [k{n + 1}, k{n + 2}]}}" for n in range(4_000))
            + "]}}}",
            id="a chain of 4,000 tasks",
        ),
        pytest.param(
            "levels: {IV: {people: ["
            + ",".join(f"{{key: k{n}, replaces: z{n}}}" for n in range(4_000))
            + "]}}",
            id="4,000 unknown names to find near ones for",
        ),
    ],
)
def test_a_poisonous_file_is_refused_quickly(text: str) -> None:
    before = process_time()
    examined = examine(text.encode(), "x.yaml")
    assert examined.document is None
    assert examined.findings
    assert len(examined.findings) <= 100
    assert process_time() - before < 5
