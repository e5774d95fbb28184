from __future__ import annotations

from pathlib import Path

import pytest

from duronb.engine.cargo.unused import unused_configuration


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    checkout = tmp_path / "above" / "checkout"
    (checkout / ".cargo").mkdir(parents=True)
    (checkout.parent / ".cargo").mkdir()
    (checkout / ".cargo" / "config.toml").write_text("[profile.release]\nlto = true\n", encoding="utf-8")
    return checkout


@pytest.mark.parametrize(
    ("text", "decides"),
    [
        ("[profile.release]\nlto = true\n", True),
        ("[build]\ntarget = 'x'\njobs = 1\n", True),
        ("[build]\njobs = 1\ntarget-dir = 'x'\n", False),
        ("[net]\noffline = true\n[registries.own]\ntoken = 'x'\n", False),
        ("not toml", False),
        ("", False),
    ],
)
def test_files_that_decide_a_build_are_named(checkout: Path, text: str, decides: bool) -> None:
    file = checkout.parent / ".cargo" / "config"
    file.write_text(text, encoding="utf-8")
    sentences = unused_configuration(checkout, [])
    assert [str(file) in sentence for sentence in sentences] == ([True] if decides else [])
    assert unused_configuration(checkout, [file.parent]) == []


def test_the_configuration_of_the_user_is_named_unless_it_is_read(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "home" / "config.toml").write_text("[build]\nrustflags = ['-g']\n", encoding="utf-8")
    assert len(unused_configuration(checkout, [])) == 1
    assert unused_configuration(checkout, [tmp_path / "home"]) == []
