"""The catalogue of buckets for displays. An invalid file of the user is reported and does not prevent a display."""

from __future__ import annotations

from duronb.analysis.bottlenecks.bucket import Catalogue
from duronb.analysis.bottlenecks.catalogue import bundled_catalogue, load_catalogue
from duronb.errors import RequestError


def display_catalogue() -> tuple[Catalogue, str]:
    """Return the catalogue for displays, and what is wrong with the user's file, an empty string for nothing.

    If the user's file is invalid, the catalogue is the bundled one.
    """
    try:
        return load_catalogue(), ""
    except RequestError as error:
        return bundled_catalogue(), f"{error.message} The bundled catalogue of bottlenecks is used instead."


def catalogue_problem() -> list[str]:
    """Return a notice if the user's file is invalid, otherwise an empty list."""
    _, problem = display_catalogue()
    return [problem] if problem else []
