"""Foreign git repositories as data: git reads their objects and files, and nothing of their configuration acts.

A checkout may come from anywhere, and git's configuration is code: filters, drivers of differences, signatures, hooks,
transports and includes name programs. Therefore git never reads the configuration of a checkout. Each command runs on
a git directory of duronb's own, which borrows the objects, refs and the index of the checkout, and whose configuration
duronb writes: fixed settings, and the few of the checkout that are listed in ``settings`` and name no program.
"""
