"""``python -m duronb``."""

from __future__ import annotations

import sys

from duronb.cli import main

if __name__ == "__main__":
    sys.exit(main())
