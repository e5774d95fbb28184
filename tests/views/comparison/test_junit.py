"""A comparison as JUnit XML."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from duronb.analysis.comparison.gate import gate
from duronb.api.comparison import compared
from duronb.views.comparison.junit import comparison_junit
from tests.views.comparison.comparisons import AFTER, BEFORE, differs, hostile, not_comparable, sides_of
from tests.views.profiles import HOSTILE


def test_junit_is_xml_with_a_case_per_stage() -> None:
    before, after = sides_of(
        {"One": (BEFORE, AFTER), "Two": (BEFORE, BEFORE[::-1]), "Three": ([20.0, 30.0], [22.0, 28.0])}
    )
    result = compared(before, after).result
    root = ET.fromstring(comparison_junit(result, gate(result)).encode())
    (suite,) = root
    assert suite.attrib == {
        "name": "duronb: baseline → optimized", "tests": "3", "failures": "1", "errors": "0", "skipped": "2",
    }  # fmt: skip
    assert [case.get("name") for case in suite.findall("testcase")] == ["One", "Two", "Three"]
    assert [[child.tag for child in case] for case in suite.findall("testcase")] == [
        ["failure", "system-out"], ["skipped", "system-out"], ["skipped", "system-out"],
    ]  # fmt: skip
    failure = suite[0][0]
    assert failure.get("message") == "It regressed beyond the margin of 5 %."
    assert (failure.text or "").startswith("One: 20.6 → 18.1 orch/s")


def test_junit_of_a_stage_that_differs_skips_it_and_says_why() -> None:
    result = differs().result
    (suite,) = ET.fromstring(comparison_junit(result, gate(result)).encode())
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "2")
    skipped, out = suite.findall("testcase")[0]
    assert skipped.get("message") == (
        "It differs: All runs before are older than all runs after, so drift of the machine would look the same."
    )
    assert ", differs; 5 and 5 runs" in (out.text or "")
    assert "Record both in alternation" in (suite.findtext("system-out") or "")


def test_junit_of_hostile_names_is_well_formed() -> None:
    result = hostile()
    root = ET.fromstring(comparison_junit(result, gate(result)).encode())
    assert len(root[0].findall("testcase")) == len(HOSTILE)
    remarks = root[0].findtext("system-out")
    assert remarks is not None
    assert "Compared anyway: kernel" in remarks
    refused = not_comparable().result
    root = ET.fromstring(comparison_junit(refused, gate(refused)).encode())
    assert (
        root[0][0][0].get("message") == "The runs are not comparable, because these conditions differ: cores, kernel."
    )
