from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.views.kit.escape import inline_script, markup, script_json, visible, well_formed
from tests.views.profiles import HOSTILE

TEXT = st.one_of(st.text(), st.sampled_from(HOSTILE), st.text(st.characters()))


@given(TEXT)
def test_markup_is_legal_xml_and_reads_as_the_visible_text(text: str) -> None:
    element = ET.fromstring(f'<a b="{markup(text)}">{markup(text)}</a>')
    assert (element.text or "") == visible(text) == element.get("b")


@given(TEXT)
def test_visible_text_has_no_control_characters(text: str) -> None:
    shown = visible(text)
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or c in "\u202a\u202e\u2066\u2069\u200f" for c in shown)
    assert len(shown.splitlines()) <= 1
    assert visible(text, 5) == shown if len(shown) <= 5 else len(visible(text, 5)) == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain ß 漢字", "plain ß 漢字"),
        ("\x00\x1b\n", "␀␛␊"),
        ("\x7f", "␡"),
        ("\u202e", "⟨U+202E⟩"),
        ("\ud800", "\ufffd"),
    ],
)
def test_control_characters_become_pictures(text: str, expected: str) -> None:
    assert visible(text) == expected


@given(TEXT)
def test_script_json_cannot_leave_its_script(text: str) -> None:
    encoded = script_json({"a": text})
    assert json.loads(encoded) == {"a": text}
    assert not {"<", ">", "&"} & set(encoded)
    assert encoded.isascii()


def test_inlined_scripts_keep_their_strings() -> None:
    assert inline_script('a = "</script><!-- </SCRIPT>"; b < c') == 'a = "\\x3c/script>\\x3c!-- \\x3c/SCRIPT>"; b < c'


def test_lone_surrogates_become_encodable() -> None:
    assert well_formed("a\ud800b") == "a\ufffdb"
