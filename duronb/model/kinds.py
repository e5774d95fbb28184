"""Kinds of frames: whose code it is (kernel, libc, std, tokio, …), from name and module; timer artefacts besides."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from duronb.model.profile import Frames, Indices

KERNEL = "kernel"

CODE_KINDS: tuple[str, ...] = (
    "other",
    KERNEL,
    "libc",
    "std",
    "tokio",
    "serde",
    "sqlx",
    "sqlite",
    "duroxide",
    "workload",
    "unknown",
)
"""Every kind of code, in the order of their numbers, which runs store."""

ARTEFACT = "timer artefact"
"""The kind of frames whose self samples are artefacts of the run's event; see ``duronb.model.events.artefacts``."""

KINDS: tuple[str, ...] = (*CODE_KINDS, ARTEFACT)
"""Every kind of a frame that is drawn, in the order of their numbers."""

_UNKNOWN = {"", "[unknown]", "??"}
_LIBC_MODULE = re.compile(
    r"(?:libc|libm|libpthread|librt|libdl|ld|ld-linux[^.]*|ld-musl[^.]*|libgcc_s|libSystem)[-.\d]*"
)
_KERNEL_FILE = re.compile(r"vmlinux|vmlinuz|.*\.ko(?:\.(?:gz|xz|zst))?|mach_kernel")
_USER_BRACKETS = ("[vdso]", "[vsyscall]", "[heap]", "[stack", "[anon", "[JIT]", "[unknown]")

_CRATES = {
    **dict.fromkeys(("std", "core", "alloc", "hashbrown", "compiler_builtins", "gimli", "addr2line"), "std"),
    **dict.fromkeys(("rustc_demangle", "__rustc", "std_detect", "backtrace", "panic_unwind", "memchr"), "std"),
    **dict.fromkeys(("mio", "parking_lot", "parking_lot_core", "signal_hook_registry", "socket2"), "tokio"),
    **dict.fromkeys(("ryu", "itoa", "zmij", "erased_serde"), "serde"),
    **dict.fromkeys(("libsqlite3_sys", "rusqlite"), "sqlite"),
    **dict.fromkeys(("sqlite_stress", "large_payload_stress", "parallel_orchestrations", "pg_stress"), "workload"),
}
_CRATE_PREFIXES = (
    ("duroxide_", "workload"),
    ("duronb", "workload"),
    ("duroxide", "duroxide"),
    ("tokio", "tokio"),
    ("serde", "serde"),
    ("sqlx", "sqlx"),
)
_HARNESS = re.compile(r"duroxide::provider_stress_tests?::")
_RUST_RUNTIME = re.compile(r"__rust|__rdl_|__rg_|rust_|_?rust_eh_")
_SQLITE = re.compile(
    r"sqlite3|(?:unix|btree|wal|vdbe|pager|pcache1?|mem(?:jrnl|db)|json[A-Z]|expr|where|fts[35]|rtree|analyze)(?=[A-Z_])"
    r"|balance_|moveTo(?:Root|Child|Leftmost|Parent)|(?:insert|drop|fill|parse|free|rebuild)(?:In)?Cell"
    r"|(?:cellSize|btreeParseCell|allocateBtree|accessPayload|saveCursor|getAndInit|get2byte|insertCell|defragment)"
    r"|yy_|yyGrow|yyDestructor|page(?:InsertArray|FreeArray)|pcache(?=[A-Z])|findInodeInfo|seekAndWrite|seekAndRead"
)
_LIBC_NAME = re.compile(
    r"(?:_+)?(?:mem(?:cpy|move|set|cmp|chr|mem)|str(?:len|cmp|ncmp|cpy|ncpy|chr|rchr|dup|tol|tou)|malloc|calloc"
    r"|realloc|c?free|posix_memalign|aligned_alloc|pthread_|libc_|GI_|_?int_(?:malloc|free|realloc)|malloc_consolidate"
    r"|unlink_chunk|syscall|clone3?|start_thread|epoll_|eventfd|nptl_|lll_|futex|sched_yield|clock_gettime|gettimeofday"
    r"|(?:p?(?:read|write)(?:64|v)?|f(?:data)?sync|open(?:at)?(?:64)?|close|fcntl(?:64)?|lseek(?:64)?|ftruncate(?:64)?"
    r"|nanosleep|mmap(?:64)?|munmap|madvise|getpid|getrandom|sysmalloc|_start|dl_\w+|tls_\w+)$)"
)
_QUALIFIERS = re.compile(
    r"(?:&(?:'\w+ )?|mut |dyn |\*(?:const|mut) |\[|\(|impl |for<[^>]*> |unsafe |extern \"\w+\" |fn\()+"
)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_LEGACY = re.compile(r"_ZN(\d+)")


def kind_of(name: str, module: str) -> str:
    """Return the kind of a frame.

    Parameters
    ----------
    name
        Symbol name, demangled or not.
    module
        Base name of its binary or library; ``[kernel]`` for the kernel, empty if unknown.

    Returns
    -------
    One of ``CODE_KINDS``. The crate that defines the code decides: ``<duroxide::X as Y>::m`` is duroxide,
    ``core::ops::FnOnce::call_once::<duroxide::X>`` is std.
    """
    if (module.startswith("[") and not module.startswith(_USER_BRACKETS)) or _KERNEL_FILE.fullmatch(module):
        return "kernel"
    if module in {"[vdso]", "[vsyscall]"}:
        return "libc"
    library = module.split(".so", 1)[0] if ".so" in module else ""
    if library and _LIBC_MODULE.fullmatch(library):
        return "libc"
    if library.startswith("libsqlite3"):
        return "sqlite"
    if name in _UNKNOWN or name.startswith("0x"):
        return "unknown"
    crate = _crate(name)
    if crate is None:
        return _c_kind(name)
    if crate == "duroxide" and _HARNESS.match(name.lstrip("<&")):
        return "workload"
    if crate in _CRATES:
        return _CRATES[crate]
    return next((kind for prefix, kind in _CRATE_PREFIXES if crate.startswith(prefix)), "other")


def kind_numbers(frames: Frames) -> Indices:
    """Return the kind of code of every distinct frame as an index into ``CODE_KINDS``, shape ``(len(frames),)``."""
    number = {kind: index for index, kind in enumerate(CODE_KINDS)}
    pairs: Sequence[tuple[str, str]] = list(zip(frames.names, frames.modules, strict=True))
    return np.array([number[kind_of(name, module)] for name, module in pairs], dtype=np.int32)


def _crate(name: str) -> str | None:
    """Return the first identifier of the path that defines the code; ``None`` for a name without a path."""
    legacy = _LEGACY.match(name)
    if legacy is not None:
        identifier = name[legacy.end() : legacy.end() + int(legacy[1][:3])]
        if not identifier.startswith("_$LT$"):
            return identifier
        name = "<" + identifier.removeprefix("_$LT$").replace("..", "::").replace("$u20$", " ").replace("$RF$", "&")
    elif name.startswith("_$LT$"):
        name = "<" + name.removeprefix("_$LT$").replace("..", "::").replace("$u20$", " ").replace("$RF$", "&")
    if "::" not in name:
        return None
    at = 0
    while at < len(name) and name[at] == "<":
        at += 1
    qualified = at > 0
    at = _skip_qualifiers(name, at)
    identifier_match = _IDENTIFIER.match(name, at)
    own = identifier_match is not None and name.startswith("::", identifier_match.end())
    if own and identifier_match is not None:
        return identifier_match[0]
    if qualified:
        # The type is a parameter or a primitive, so the code is in the trait's crate.
        trait = name.find(" as ")
        match = _IDENTIFIER.match(name, _skip_qualifiers(name, trait + 4)) if trait >= 0 else None
        if match is not None:
            return match[0]
    return None


def _skip_qualifiers(name: str, at: int) -> int:
    """Return the position after ``&mut``, ``dyn``, ``[`` and similar qualifiers, where a path begins."""
    match = _QUALIFIERS.match(name, at)
    at = match.end() if match is not None else at
    return at + 1 if name.startswith("<", at) else at


def _c_kind(name: str) -> str:
    if _RUST_RUNTIME.match(name):
        return "std"
    if _LIBC_NAME.match(name):
        return "libc"
    if _SQLITE.match(name):
        return "sqlite"
    return "other"
