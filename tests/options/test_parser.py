"""Command lines become values of their types, or one sentence."""

from __future__ import annotations

import shlex

import pytest

from duronb.errors import RequestError
from duronb.options.parser import OptionParser
from duronb.options.tables import TABLES
from duronb.request import DATABASE_ON
from duronb.values import Days, Duration, Integer, Percent, shell_words


def read(command: str, line: str) -> dict[str, object]:
    table = TABLES[command]
    given = OptionParser(f"duronb {command}", table.options).read(shell_words(line))
    return dict(table.call(given).arguments)


def test_values_have_the_types_of_the_function() -> None:
    assert read("profile", "5 quick --frequency 99 --args '--x \"a b\"' --stages file:2/2,file:1/1") == {
        "seconds": 5,
        "label": "quick",
        "frequency_hz": 99,
        "args": ("--x", "a b"),
        "stages": ("file:2/2", "file:1/1"),
    }
    assert read("bisect", "a b --margin 2.5%") == {"good": "a", "bad": "b", "margin": 2.5}
    assert read("compare", "a b --margin 2.5") == {"before": "a", "after": "b", "margin": 0.025}
    assert read("compare", "last") == {"series": "last"}
    assert read("tag", "--delete x") == {"name": "x"}


def test_options_of_a_side_are_read_once() -> None:
    assert read("ab", "a b --rebuild --before-options '--frequency 99 --args \"-x --rebuild\"'") == {
        "before": "a",
        "after": "b",
        "rebuild": True,
        "before_options": {"frequency_hz": 99, "args": ("-x", "--rebuild")},
    }


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("--rebuild", "--rebuild"),
        ("--seconds 5", "--seconds"),
        ("--blocks 3", "--blocks"),
        ("--engine native", "--engine"),
        ("--labels a,b", "--labels"),
        ("--after-options '--args x'", "--after-options"),
    ],
)
def test_an_option_of_a_new_series_is_refused_with_more(line: str, option: str) -> None:
    with pytest.raises(RequestError) as refused:
        read("ab", f"last --more 2 {line}")
    assert (
        str(refused.value)
        == f"{option} cannot be changed for a stored series, to which --more adds blocks. Drop {option}."
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), (" 5 ", 5), ("+5", 5), ("05", 5), ("5.0", None), ("\u0665", None), ("", None), ("9", None)],
)
def test_a_whole_number(text: str, number: int | None) -> None:
    if number is None:
        with pytest.raises(RequestError, match=r"--x cannot be .* Give a whole number from 1 to 8"):
            Integer(1, 8).read(text, "--x")
    else:
        assert Integer(1, 8).read(text, "--x") == number


@pytest.mark.parametrize("value", ["5", 5.0, True, None, 0, 9])
def test_a_value_of_another_type_is_refused(value: object) -> None:
    with pytest.raises(RequestError, match=r"x cannot be .* Give a whole number from 1 to 8"):
        Integer(1, 8).check(value, "x")


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "1e3", "", "%", "0"])
def test_invalid_percentages_are_refused(text: str) -> None:
    with pytest.raises(RequestError, match="--margin cannot be"):
        Percent().read(text, "--margin")


def test_limits_of_percentages() -> None:
    assert Percent(fraction=True).read("100%", "--margin") == 1
    with pytest.raises(RequestError, match=r"Give a percentage above 0, below 100\."):
        Percent(includes_100=False).read("100", "--margin")
    with pytest.raises(RequestError, match=r"0\.05 for 5 %"):
        Percent(fraction=True).check(5, "margin")


@pytest.mark.parametrize(
    ("text", "seconds", "shown"),
    [
        ("90s", 90, "1m30s"),
        ("20m", 1200, "20m"),
        ("20min", 1200, "20m"),
        ("1h", 3600, "1h"),
        ("1h30m5s", 5405, "1h30m5s"),
    ],
)
def test_a_duration_has_units(text: str, seconds: float, shown: str) -> None:
    kind = Duration(24 * 3600)
    assert kind.read(text, "--at-most") == text
    assert kind.check(text, "at_most") == kind.check(seconds, "at_most") == seconds
    assert kind.text(text) == shown
    assert kind.check(shown, "at_most") == seconds


@pytest.mark.parametrize("text", ["", "20", "m", "0s", "25h", "-5m", "1m1h", "1.5h", "20 m", "٢m", "9" * 30 + "s"])
def test_text_that_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="Give a duration such as 90s, 20m or 1h30m, from 1s to 24h"):
        Duration(24 * 3600).read(text, "--at-most")


@pytest.mark.parametrize("value", [0, True, float("nan"), float("inf"), None, 10**9])
def test_a_number_that_is_no_duration_is_refused(value: object) -> None:
    with pytest.raises(RequestError, match="at_most cannot be"):
        Duration(24 * 3600).check(value, "at_most")


def test_days_may_have_a_fraction() -> None:
    assert Days().read("0.5", "--older-than") == 0.5
    with pytest.raises(RequestError, match="--older-than cannot be 'nan'"):
        Days().read("nan", "--older-than")


def test_a_backslash_is_an_ordinary_character_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shell_words(r"a\ b") == ["a b"]
    monkeypatch.setattr("duronb.values.split.os.name", "nt")
    assert shell_words(r"C:\x 'D:\y z'") == [r"C:\x", r"D:\y z"]
    assert read("profile", r"--args 'C:\x y'")["args"] == (r"C:\x", "y")


@pytest.mark.parametrize("on", ["volume", "overlay", "tmpfs", "/mnt/disk", "~/disk", '/a b,source=/etc:ro"$(id)\n'])
@pytest.mark.parametrize("command", ["profile", "ab", "bisect"])
def test_a_place_for_the_database_is_passed_on_as_it_is(command: str, on: str) -> None:
    names = "a b" if command != "profile" else ""
    assert read(command, f"{names} --database-on {shlex.quote(on)}")["database_on"] == on


@pytest.mark.parametrize("on", ["", "volumes", "Volume", "relative/path", "~", "~root/x", "/a\0b", "volume/", " /x"])
def test_another_place_for_the_database_is_refused(on: str) -> None:
    with pytest.raises(RequestError, match=r"is no place for the database\. Give volume, overlay, tmpfs, or the abs"):
        DATABASE_ON.check(on, "database_on")
