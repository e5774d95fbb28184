from __future__ import annotations

import subprocess
import sys

from duronb.engine.docker.ownership import HOST, OWNER, owner_is_gone, owner_labels


def test_this_process_is_not_gone() -> None:
    assert not owner_is_gone(owner_labels())


def test_a_process_that_ended_is_gone() -> None:
    code = "import json; from duronb.engine.docker.ownership import owner_labels; print(json.dumps(owner_labels()))"
    import json

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert owner_is_gone(json.loads(done.stdout))


def test_a_number_that_another_process_has_by_now_is_gone() -> None:
    labels = owner_labels()
    boot, process, _ = labels[OWNER].split(":")
    assert owner_is_gone(labels | {OWNER: f"{boot}:{process}:1"})


def test_a_process_of_an_earlier_boot_is_gone() -> None:
    labels = owner_labels()
    assert owner_is_gone(labels | {OWNER: "another-boot:1:1"})


def test_a_process_of_another_host_may_be_alive() -> None:
    assert not owner_is_gone(owner_labels() | {HOST: "elsewhere", OWNER: "another-boot:1:1"})


def test_labels_of_nobody_are_left_alone() -> None:
    assert not owner_is_gone({})
