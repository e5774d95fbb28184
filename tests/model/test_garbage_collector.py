from __future__ import annotations

import gc

import pytest

from duronb.model.garbage_collector import collector_paused


def test_objects_created_meanwhile_are_in_the_oldest_generation() -> None:
    with collector_paused():
        assert not gc.isenabled()
        made: list[list[int]] = [[] for _ in range(5000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    young = {id(each) for generation in (0, 1) for each in gc.get_objects(generation)}
    assert not any(id(each) in young for each in made)


@pytest.mark.long
def test_cycles_created_meanwhile_are_freed_later() -> None:
    class Cycle:
        me: Cycle

    with collector_paused():
        cycle = Cycle()
        cycle.me = cycle
        del cycle
    assert gc.collect() > 0
    assert not any(type(each) is Cycle for each in gc.get_objects())


def test_a_collector_that_is_off_stays_off() -> None:
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_it_is_on_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="x"), collector_paused():
        raise ValueError("x")
    assert gc.isenabled()
