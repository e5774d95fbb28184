"""Symbol names of two builds become one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duronb.model.names import normalise


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("core::fmt::write::h0123456789abcdef", "core::fmt::write"),
        ("core::fmt::write::h0123", "core::fmt::write::h0123"),
        ("a::b.llvm.1234567890", "a::b"),
        ("a::b::h0123456789abcdef.llvm.12", "a::b"),
        ("balance.part.0", "balance"),
        ("walk.constprop.0.isra.0", "walk"),
        ("abort.cold", "abort"),
        ("x::{closure#3}", "x::{closure#3}"),
        ("", ""),
        (".cold", ".cold"),
    ],
)
def test_hashes_and_suffixes_of_clones_go(name: str, short: str) -> None:
    assert normalise(name) == short


def test_numbers_of_closures_go_on_request() -> None:
    assert normalise("x::{closure#3}::y::{{closure}}", closures=True) == "x::{closure}::y::{closure}"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("alloc::vec::Vec<u8>::push", "alloc::vec::Vec::push"),
        ("serde_json::from_str::<duroxide::Event>", "serde_json::from_str"),
        ("<A<B> as C<D>>::m::<E>", "<A as C>::m"),
        ("core::iter::<impl Iterator for X<T>>::next", "core::iter::<impl Iterator for X>::next"),
        ("call::<fn(u8) -> u8>", "call"),
        ("<fn(A) -> B<C> as F>::x", "<fn(A) -> B as F>::x"),
        ("operator<<", "operator<<"),
        ("a<b", "a<b"),
    ],
)
def test_generic_arguments_go_on_request(name: str, short: str) -> None:
    assert normalise(name, generics=True) == short


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_stays_a_name(name: str) -> None:
    short = normalise(name, closures=True, generics=True)
    assert bool(short) == bool(name)
    assert len(short) <= len(name)
