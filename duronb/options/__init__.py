"""The words that magics and commands share: one table for each, and what they ask for."""

from __future__ import annotations

from duronb.options.profiling import PROFILE, profile_arguments
from duronb.options.words import STORE, Words, join_workload_arguments, split

__all__ = ["PROFILE", "STORE", "Words", "join_workload_arguments", "profile_arguments", "split"]
