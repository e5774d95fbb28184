"""What hostile text becomes in a message."""

from __future__ import annotations

from duronb.quoting import one_line, quoted


def test_a_value_is_quoted_on_one_line_in_ascii() -> None:
    assert quoted("a'b") == '"a\'b"'
    assert quoted("a\n\x1b[31mü\u202eb") == r"'a\n\x1b[31m\xfc\u202eb'"
    assert quoted(None) == "None"


def test_a_long_value_ends_in_an_ellipsis() -> None:
    assert quoted("x" * 58) == f"'{'x' * 58}'"
    assert quoted("x" * 59) == f"'{'x' * 58}…"
    assert quoted("x" * 59, 9) == f"'{'x' * 7}…"


def test_the_message_of_another_program_is_one_line_without_its_full_stop() -> None:
    assert one_line(" no such\r\n\timage: \x1b[1mx\u2028 y.\n") == "no such image: [1mx y"
    assert one_line("x" * 301) == "x" * 299 + "…"
    assert len(one_line("y" * 300)) == 300
