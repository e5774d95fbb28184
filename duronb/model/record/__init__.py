"""The parts of a run's record, as `run.json` states them: subject, environment, clocks, quality, membership in an A/B.

Every field is also in `duronb/store/run.schema.json` and `duronb/store/FORMAT.md`: a test compares them.
"""
