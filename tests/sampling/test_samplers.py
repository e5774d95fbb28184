from __future__ import annotations

import pytest

from duronb.errors import StoreError
from duronb.ingest import samples
from duronb.sampling import samplers
from duronb.sampling.embedded import Embedded
from duronb.sampling.perf import Perf
from duronb.sampling.samplers import sampler_called


def test_samplers_are_found_by_the_names_that_runs_store() -> None:
    assert sampler_called("perf") == Perf()
    assert sampler_called("embedded") == Embedded()
    with pytest.raises(StoreError, match="no sampler 'dtrace"):
        sampler_called("dtrace\n")


def test_every_sampler_has_a_reader_and_a_file_of_its_own() -> None:
    every = samplers._SAMPLERS
    assert {sampler.reader for sampler in every} <= set(samples._READERS)
    assert len({sampler.file_name for sampler in every}) == len({sampler.name for sampler in every}) == len(every)


def test_the_workloads_own_sampler_is_told_where_and_how_often() -> None:
    assert Embedded().prefix("/x y", 99, "fp") == ()
    assert Embedded().arguments("/x y", 99) == ("--sample-file", "/x y", "--sample-frequency", "99")
    assert Embedded().read_command("/x y") is None
    assert Embedded().bundled_features == ("sampler",)
    assert Embedded().call_graphs == {"fp"}
