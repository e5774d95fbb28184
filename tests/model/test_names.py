"""Normalised symbol names, which are equal in two builds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duronb.model.names import demangle, normalise


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


@given(st.text(max_size=60))
def test_any_text_stays_a_name(name: str) -> None:
    short = normalise(name, closures=True, generics=True)
    assert bool(short) == bool(name)
    assert len(short) <= len(name)


# As the crate rustc-demangle demangles them.
@pytest.mark.parametrize(
    ("mangled", "name"),
    [
        ("_ZN4core3fmt9Formatter3pad17h0123456789abcdefE", "core::fmt::Formatter::pad"),
        ("_ZN8$RF$test4foob17h05af221e174051e9E", "&test::foob"),
        ("_ZN8$BP$test4foob17h05af221e174051e9E", "*test::foob"),
        ("_ZN13test$u20$test4foob17h05af221e174051e9E", "test test::foob"),
        ("_ZN35Bar$LT$$u5b$u32$u3b$$u20$4$u5d$$GT$17h05af221e174051e9E", "Bar<[u32; 4]>"),
        ("_ZN28_$u7b$$u7b$closure$u7d$$u7d$17h05af221e174051e9E", "{{closure}}"),
        (
            "_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar17h930b740aa94f1d3aE",
            "<Test + 'static as foo::Bar<Test>>::bar",
        ),
        ("__ZN5a$$u25b17h05af221e174051e9E", "__ZN5a$$u25b17h05af221e174051e9E"),  # a length that is none
        ("_ZN7a.b..$X17h05af221e174051e9E", "a.b::$X"),
        ("_ZN8a$u7f$$C17h05af221e174051e9E", "a$u7f$$C"),
        ("ZN3foo17h05af221e174051e9E", "foo"),
        ("_ZN3foo17h05af221e174051e9E.llvm.9", "foo"),
    ],
)
def test_mangled_names_of_the_legacy_kind_are_demangled(mangled: str, name: str) -> None:
    assert normalise(mangled) == name


@pytest.mark.parametrize(
    "name", ["_ZNSt6vectorIiE3fooEv", "_ZN4testE", "_RNvC6_123foo3bar", "_ZN9foo17h05af221e174051e9E", "main", ""]
)
def test_other_names_are_not_demangled(name: str) -> None:
    assert demangle(name) == name
