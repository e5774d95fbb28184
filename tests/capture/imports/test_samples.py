"""Import of files of samples as runs."""

from __future__ import annotations

from pathlib import Path

import pytest

import duronb
from duronb.errors import DuronbError, RequestError, StoreError
from duronb.views.formats.folded import folded

PERF = b"""\
# hostname : host
# event : name = cycles, { sample_period, sample_freq } = 199, freq = 1
#
worker 1/2 1.500000: cycles:\x20
\t             4f0 inner (/bin/x)
\t             4f1 <T as U<V>>::outer (/bin/x)

worker 1/2 2.500000: cycles:\x20
\t             4f1 <T as U<V>>::outer (/bin/x)

"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def test_an_imported_recording_is_found_shown_and_exported_as_any_run(tmp_path: Path, store: Path) -> None:
    path = tmp_path / "theirs & <others>.perf"
    path.write_bytes(PERF)

    run = duronb.import_run(path, "theirs", store=store)

    assert run.id.startswith("import_theirs_2")
    assert (run.status, run.engine, run.subject.name, list(run.stages)) == ("complete", "import", path.name, [])
    assert (run.profile.samples, run.profile.frequency_hz, run.quality.frequency_known) == (2, 199.0, True)
    assert [found.id for found in duronb.runs("theirs", store=store)] == [run.id]
    loaded = duronb.load("theirs", store=store)
    assert list(folded(loaded.profile)) == ["worker;<T as U<V>>::outer 1", "worker;<T as U<V>>::outer;inner 1"]
    assert loaded.profile.second.tolist() == [0, 1]
    assert loaded.log == b""
    assert "inner" in str(loaded)
    assert "Imported" in str(loaded)
    picture = (store / f"{run.id}.svg").read_text(encoding="utf-8")
    assert "theirs &amp; &lt;others&gt;.perf" in picture
    for name in ("x.html", "x.svg", "x.folded", "x.json"):
        assert loaded.export(tmp_path / name).stat().st_size > 0


def test_an_imported_recording_of_a_timer_states_its_artefacts(tmp_path: Path, store: Path) -> None:
    timer = PERF.replace(b"cycles", b"cpu-clock").replace(
        b"<T as U<V>>::outer (/bin/x)\n\n", b"vfs_read ([kernel.kallsyms])\n\n"
    )
    artefact = b"worker 1/2 3.500000: cpu-clock: \n\t   4f1 finish_task_switch.isra.0 ([kernel.kallsyms])\n\n"
    for name, text in (("with header", timer + artefact), ("without", (timer + artefact).split(b"#\n")[-1])):
        (tmp_path / name).write_bytes(text)
        shown = duronb.import_run(tmp_path / name, "x", store=store)
        assert "artefacts are 33.3% of the samples. The timer of the sampler cannot fire" in " ".join(
            str(shown).split()
        )
        assert [frame["kind"] for frame in shown.hot_frames()].count("timer artefact") == 1
    (tmp_path / "hardware").write_bytes((timer + artefact).replace(b"cpu-clock", b"cycles"))
    hardware = duronb.import_run(tmp_path / "hardware", "x", store=store)
    assert "artefact" not in str(hardware)


def test_our_own_picture_can_be_imported_again(tmp_path: Path, store: Path) -> None:
    (tmp_path / "a.folded").write_text("t;main;a 300\nt;main;b 100\n", encoding="utf-8")
    first = duronb.import_run(tmp_path / "a.folded", store=store)
    again = duronb.import_run(store / f"{first.id}.svg", store=store)
    assert list(folded(again.profile, thread_names=False)) == ["t;main;a 300", "t;main;b 100"]
    assert not again.quality.frequency_known
    assert first.id != again.id


@pytest.mark.parametrize(
    ("name", "label", "error"), [("a", "no label", RequestError), ("none", "x", RequestError), ("b", "x", StoreError)]
)
def test_what_cannot_be_imported_leaves_nothing_behind(
    tmp_path: Path, store: Path, name: str, label: str, error: type[DuronbError]
) -> None:
    (tmp_path / "a").write_text("t;a 1\n", encoding="utf-8")
    (tmp_path / "b").write_text("nothing of the kind\n", encoding="utf-8")
    with pytest.raises(error):
        duronb.import_run(tmp_path / name, label, store=store)
    assert not list(store.glob("*")) if store.exists() else True
