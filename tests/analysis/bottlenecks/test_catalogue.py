from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from duronb.analysis.bottlenecks.bucket import UNKNOWN, Catalogue, matched_name
from duronb.analysis.bottlenecks.catalogue import LARGEST, VARIABLE, bundled_catalogue, load_catalogue
from duronb.errors import RequestError

NEEDED = {
    "sqlite_io", "fsync", "sqlite", "lock", "pool", "serde", "replay", "provider", "scheduler", "allocator", "logging",
    "harness", UNKNOWN,
}  # fmt: skip


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def named(catalogue: Catalogue, bucket: str) -> set[str]:
    """The expressions of a bucket's patterns on names."""
    place = catalogue.index(bucket)
    return {pattern.name.pattern for pattern in catalogue.patterns if pattern.bucket == place and pattern.name}


def test_every_bundled_bucket_has_texts_and_something_to_try() -> None:
    catalogue = bundled_catalogue()
    by_id = {bucket.id: bucket for bucket in catalogue.buckets}
    assert by_id.keys() >= NEEDED
    assert catalogue.buckets[-1].id == UNKNOWN
    for bucket in catalogue.buckets:
        assert bucket.title
        assert bucket.symptom
        if bucket.id in NEEDED - {UNKNOWN}:
            assert bucket.fixes
            assert all(fix.references for fix in bucket.fixes)
    assert {item.figure for item in by_id["lock"].evidence} >= {"lock_warnings", "backoff_seconds"}


def test_advice_on_synchronous_is_what_sqlite_does() -> None:
    connection = sqlite3.connect(":memory:")
    for before in ("OFF", "NORMAL", "FULL", "EXTRA"):
        connection.execute(f"PRAGMA synchronous = {before}")
        connection.execute("PRAGMA synchronous = WAL")
        assert connection.execute("PRAGMA synchronous").fetchone() == (1,)
    connection.execute("PRAGMA synchronous = NORMAL")
    assert connection.execute("PRAGMA synchronous").fetchone() == (1,)
    connection.close()
    catalogue = bundled_catalogue()
    (advice,) = [fix.advice for fix in catalogue.buckets[catalogue.index("fsync")].fixes if "synchronous" in fix.advice]
    assert "WAL is not a valid value" in advice
    assert "NORMAL" in advice
    every = " ".join(fix.advice for bucket in catalogue.buckets for fix in bucket.fixes)
    assert every.count("synchronous = WAL") == advice.count("synchronous = WAL") == 1


@pytest.mark.parametrize(("commits_first", "code"), [(False, sqlite3.SQLITE_BUSY), (True, 517)])
def test_advice_on_begin_immediate_is_what_sqlite_does(tmp_path: Path, commits_first: bool, code: int) -> None:
    def opened() -> sqlite3.Connection:
        # The busy handler would wait for ten minutes if it were called.
        return sqlite3.connect(tmp_path / "a.db", timeout=600, isolation_level=None)

    reader, writer = opened(), opened()
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("CREATE TABLE queue (id)")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM queue").fetchall()
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO queue VALUES (1)")
    if commits_first:
        writer.execute("COMMIT")
    with pytest.raises(sqlite3.OperationalError) as caught:
        reader.execute("INSERT INTO queue VALUES (2)")
    assert caught.value.sqlite_errorcode == code
    for connection in (reader, writer):
        connection.close()
    catalogue = bundled_catalogue()
    fixes = " ".join(fix.advice for fix in catalogue.buckets[catalogue.index("lock")].fixes)
    assert "BEGIN IMMEDIATE" in fixes
    assert "517" in fixes


def test_names_are_matched_without_build_specific_parts() -> None:
    assert {
        name: matched_name(name)
        for name in (
            "sqlx_core::pool::Pool<DB>::acquire::{{closure}}",
            "a::b::h0123456789abcdef",
            "__GI___libc_write",
            "cfree@GLIBC_2.2.5",
            "__libc_pread64",
            "read_nocancel",
            "_int_free.constprop.0",
            "@@",
        )
    } == {
        "sqlx_core::pool::Pool<DB>::acquire::{{closure}}": "sqlx_core::pool::Pool::acquire::{closure}",
        "a::b::h0123456789abcdef": "a::b",
        "__GI___libc_write": "write",
        "cfree@GLIBC_2.2.5": "cfree",
        "__libc_pread64": "pread64",
        "read_nocancel": "read",
        "_int_free.constprop.0": "_int_free",
        "@@": "@@",
    }
    assert len(matched_name("x" * 10_000)) == 300


OWN = """
[buckets.serde]
title = "JSON"
[buckets.serde.patterns.numbers]
name = '^my_json::'
[buckets.serde.patterns.more]
name = '^other_json::'
[buckets.lock.patterns.std]
name = '^nothing$'
[buckets.provider.patterns]
provider = false
[buckets.mine]
title = "My activity"
symptom = "It is slow."
fixes = [{ try = "Make it fast.", references = ["src/lib.rs"] }]
evidence = [{ figure = "drain_seconds", text = "{value} s" }, { log = "slow (one|two)", text = "{value} slow lines" }]
[buckets.mine.patterns.code]
module = '^my-activity$'
within = ["runtime", "unknown"]
"""


def test_a_file_of_the_users_own_adds_replaces_and_removes(tmp_path: Path) -> None:
    path = written(tmp_path / "own.toml", OWN)
    base, own = bundled_catalogue(), load_catalogue(path)
    assert own.source == path
    assert [bucket.id for bucket in own.buckets] == [*(bucket.id for bucket in base.buckets[:-1]), "mine", UNKNOWN]
    serde = own.buckets[own.index("serde")]
    assert serde.title == "JSON"
    assert serde.fixes == base.buckets[base.index("serde")].fixes
    assert named(own, "serde") - named(base, "serde") == {"^my_json::", "^other_json::"}
    assert named(base, "serde") - named(own, "serde") == {"^<?(?:ryu|itoa|zmij)::"}
    assert "^nothing$" in named(own, "lock")
    assert named(own, "provider") == set()
    mine = own.buckets[own.index("mine")]
    assert (mine.fixes[0].advice, mine.fixes[0].references) == ("Make it fast.", ("src/lib.rs",))
    assert [(item.figure, item.text) for item in mine.evidence] == [
        ("drain_seconds", "{value} s"),
        (None, "{value} slow lines"),
    ]
    (pattern,) = [each for each in own.patterns if each.bucket == own.index("mine")]
    assert pattern.within == {own.index("runtime"), own.index(UNKNOWN)}
    # They are tried before those of the bundled file.
    assert {each.bucket for each in own.patterns[:4]} == {own.index(name) for name in ("serde", "lock", "mine")}


def test_it_is_found_in_the_order_that_is_documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def title(bucket: str = "serde") -> str:
        catalogue = load_catalogue()
        return catalogue.buckets[catalogue.index(bucket)].title

    text = "[buckets.serde]\ntitle = '{}'\n"
    inner = tmp_path / "checkout" / "deep" / "deeper"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    monkeypatch.delenv(VARIABLE, raising=False)
    assert title() == "Serialisation"
    written(tmp_path / ".duronb" / "bottlenecks.toml", text.format("outside"))
    (tmp_path / "checkout" / ".git").mkdir()
    assert title() == "Serialisation"  # above the checkout
    written(tmp_path / "checkout" / ".duronb" / "bottlenecks.toml", text.format("checkout"))
    assert title() == "checkout"
    written(inner / ".duronb" / "bottlenecks.toml", text.format("here"))
    assert title() == "here"
    monkeypatch.setenv(VARIABLE, str(written(tmp_path / "named.toml", text.format("named"))))
    assert title() == "named"
    given = load_catalogue(written(tmp_path / "given.toml", text.format("given")))
    assert given.buckets[given.index("serde")].title == "given"
    assert load_catalogue(given) is given


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(tmp_path: Path) -> None:
    path = written(tmp_path / "own.toml", "[buckets.mine]\ntitle = 'one'\n")
    first = load_catalogue(path)
    assert load_catalogue(path) is first
    written(path, "[buckets.mine]\ntitle = 'three'\n")
    again = load_catalogue(path)
    assert again.buckets[again.index("mine")].title == "three"


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("[buckets", "", "not valid TOML"),
        ("x = 1", "'x'", "is not one of buckets"),
        ("buckets = 1", "'buckets'", "is not a table"),
        ("[buckets.Mine]\ntitle='x'", "'buckets.Mine'", "is not an id"),
        ("[buckets.mine]\n", "'buckets.mine.title'", "is missing"),
        ("[buckets.mine]\ntitle=1", "'buckets.mine.title'", "is not text"),
        ("[buckets.mine]\ntitle='" + "x" * 61 + "'", "'buckets.mine.title'", "longer than 60"),
        ("[buckets.lock]\nadvice='x'", "'buckets.lock.advice'", "is not one of"),
        ("[buckets.lock]\nsymptom='" + "x" * 2001 + "'", "'buckets.lock.symptom'", "longer than 2000"),
        ("[buckets.lock]\nfixes='x'", "'buckets.lock.fixes'", "not a list of tables"),
        ("[[buckets.lock.fixes]]\nreferences=[]", "'buckets.lock.fixes.1.try'", "is not text"),
        ("[[buckets.lock.evidence]]\ntext='x'", "'buckets.lock.evidence.1'", "needs either figure or log"),
        (
            "[[buckets.lock.evidence]]\ntext='x'\nfigure='__class__'",
            "'buckets.lock.evidence.1.figure'",
            "not the name of a stage's value",
        ),
        ("[[buckets.lock.evidence]]\ntext='x'\nlog='('", "'buckets.lock.evidence.1.log'", "not a regular expression"),
        ("[buckets.lock.patterns]\nx=1", "'buckets.lock.patterns.x'", "is not a table"),
        ("[buckets.lock.patterns.x]\n", "'buckets.lock.patterns.x'", "no name, module or kind"),
        ("[buckets.lock.patterns.x]\nname='('", "'buckets.lock.patterns.x.name'", "not a regular expression"),
        ("[buckets.lock.patterns.x]\nname='(a+)+$'", "'buckets.lock.patterns.x.name'", "itself repeats"),
        ("[buckets.lock.patterns.x]\nname=''", "'buckets.lock.patterns.x.name'", "is not text"),
        ("[buckets.lock.patterns.x]\nkind='rust'", "'buckets.lock.patterns.x.kind'", "is not one of other, kernel"),
        ("[buckets.lock.patterns.x]\nkind=['rust']", "'buckets.lock.patterns.x.kind'", "is not one of"),
        ("[buckets.lock.patterns.x]\nname='x'\npriority='high'", "'buckets.lock.patterns.x.priority'", "normal, hold"),
        ("[buckets.lock.patterns.x]\nname='x'\nwithin='serde'", "'buckets.lock.patterns.x.within'", "not a list"),
        ("[buckets.lock.patterns.x]\nname='x'\nwithin=['no']", "'buckets.lock.patterns.x.within'", "'no', which is no"),
        ("[buckets.unknown.patterns.x]\nname='x'", "'buckets.unknown.patterns.x'", "cannot have patterns"),
        ("".join(f"[buckets.b{n}]\ntitle='x'\n" for n in range(60)), "", "more than 60 buckets"),
        ("".join(f"[buckets.lock.patterns.p{n}]\nname='x'\n" for n in range(400)), "", "or 400 patterns"),
        ("#" * (LARGEST + 1), "", "larger than 256 kB"),
        ("[buckets.lock]\ntitle='\\u0000'" + "[" * 5000, "", "not valid TOML"),
    ],
)
def test_an_invalid_file_is_reported_in_one_sentence(tmp_path: Path, text: str, where: str, what: str) -> None:
    path = written(tmp_path / "own.toml", text)
    with pytest.raises(RequestError) as caught:
        load_catalogue(path)
    message = str(caught.value)
    for part in ("own.toml", where, what):
        assert part in message, message
    assert len(message.splitlines()) == 1
    assert len(message) < 700


def test_unreadable_files_are_reported(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="cannot be read: no such file"):
        load_catalogue(tmp_path / "none.toml")
    with pytest.raises(RequestError, match="cannot be read: is a directory"):
        load_catalogue(tmp_path)
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(RequestError, match="not valid TOML"):
        load_catalogue(tmp_path / "binary.toml")
