"""The catalogue of buckets that displays use: a broken file of the user is reported, and does not stop a display."""

from __future__ import annotations

from duronb.analysis.bottlenecks.bucket import Catalogue
from duronb.analysis.bottlenecks.catalogue import bundled_catalogue, load_catalogue
from duronb.errors import RequestError


def display_catalogue() -> tuple[Catalogue, str]:
    """Return the catalogue that displays use, and why it is not the user's own where that one is wrong."""
    try:
        return load_catalogue(), ""
    except RequestError as error:
        return bundled_catalogue(), f"{error.message} The bundled catalogue of bottlenecks is shown."


def catalogue_problem() -> list[str]:
    """Return the sentence on a file of the user's own that is wrong; none where it is not."""
    _, problem = display_catalogue()
    return [problem] if problem else []
