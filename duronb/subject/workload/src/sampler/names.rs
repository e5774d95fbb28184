//! Names of instruction addresses, from the symbol tables of the program and its libraries.
//!
//! The crate `backtrace` prefers debug information, whose names lack paths if it contains only line tables. perf uses
//! symbol tables too, so the profiles of both samplers can be compared.

use object::{Object, ObjectKind, ObjectSymbol, SymbolKind};
use std::collections::HashMap;
use std::ffi::{c_void, CStr};
use std::path::PathBuf;

const UNKNOWN: &str = "[unknown]";

/// Resolves addresses to names, and collects the distinct frames.
#[derive(Default)]
pub struct Names {
    frames: Vec<(String, String)>,
    known: HashMap<(String, String), usize>,
    addresses: HashMap<usize, usize>,
    tables: HashMap<String, Table>,
}

impl Names {
    /// The distinct frames, each a name and a module. Stacks are lists of indices into them.
    pub fn frames(&self) -> &[(String, String)] {
        &self.frames
    }

    /// Returns the frames of a stack, root first.
    pub fn resolve(&mut self, innermost_first: &[usize]) -> Vec<usize> {
        let depths = innermost_first.iter().enumerate().rev();
        // All addresses but the innermost are return addresses. The call is just before them.
        let addresses = depths.map(|(depth, address)| address.wrapping_sub(usize::from(depth > 0)));
        addresses.map(|address| self.frame(address)).collect()
    }

    fn frame(&mut self, address: usize) -> usize {
        if let Some(frame) = self.addresses.get(&address) {
            return *frame;
        }
        let key = self.look_up(address);
        let next = self.frames.len();
        let number = *self.known.entry(key.clone()).or_insert(next);
        if number == next {
            self.frames.push(key);
        }
        self.addresses.insert(address, number);
        number
    }

    fn look_up(&mut self, address: usize) -> (String, String) {
        let Some(place) = Place::of(address) else {
            return (UNKNOWN.to_string(), String::new());
        };
        let module = place.file.rsplit('/').next().unwrap_or_default().to_string();
        let table = self
            .tables
            .entry(place.file.clone())
            .or_insert_with(|| Table::read(&place.file));
        let name = table.name(address, place.base).map(str::to_string).or(place.symbol);
        let name = name.map_or_else(|| UNKNOWN.to_string(), |name| demangled(&name));
        (name, module)
    }
}

/// The object that contains an address, according to the dynamic linker.
struct Place {
    file: String,
    base: usize,
    symbol: Option<String>,
}

impl Place {
    fn of(address: usize) -> Option<Self> {
        // SAFETY: dladdr only writes to the structure, and a zeroed structure is valid. Its strings live as long as the
        // object is loaded, and no object is unloaded here.
        unsafe {
            let mut found: libc::Dl_info = std::mem::zeroed();
            if libc::dladdr(address as *const c_void, &mut found) == 0 || found.dli_fname.is_null() {
                return None;
            }
            let text = |pointer| CStr::from_ptr(pointer).to_string_lossy().into_owned();
            Some(Self {
                file: text(found.dli_fname),
                base: found.dli_fbase as usize,
                symbol: (!found.dli_sname.is_null()).then(|| text(found.dli_sname)),
            })
        }
    }
}

/// The functions of one object, sorted by address.
#[derive(Default)]
struct Table {
    functions: Vec<Function>,
    /// The file's base address, if its addresses are relative to the address to which it was loaded.
    relative_to: Option<u64>,
}

struct Function {
    address: u64,
    size: u64,
    name: String,
}

impl Table {
    /// Reads the symbol tables of a file; returns an empty table if that fails, such as for a library without a file.
    fn read(file: &str) -> Self {
        Self::try_read(file).unwrap_or_default()
    }

    fn try_read(file: &str) -> Option<Self> {
        // The dynamic linker names the program itself by the name with which it was started.
        let started_as = std::env::args().next().unwrap_or_default();
        let path = if file == started_as {
            std::env::current_exe().ok()?
        } else {
            PathBuf::from(file)
        };
        let content = std::fs::read(path).ok()?;
        let object = object::File::parse(&*content).ok()?;
        let mut functions: Vec<Function> = object
            .symbols()
            .chain(object.dynamic_symbols())
            .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition())
            .filter_map(|symbol| {
                Some(Function {
                    address: symbol.address(),
                    size: symbol.size(),
                    name: symbol.name().ok().filter(|name| !name.is_empty())?.to_string(),
                })
            })
            .collect();
        // The search returns the last name of an address, so the name with the fewest leading underscores comes last.
        functions.sort_by(|one, other| {
            let rank = |function: &Function| (function.address, std::cmp::Reverse(underscores(&function.name)));
            rank(one).cmp(&rank(other)).then_with(|| other.name.cmp(&one.name))
        });
        let fixed = object.kind() == ObjectKind::Executable && object.format() == object::BinaryFormat::Elf;
        Some(Self {
            functions,
            relative_to: (!fixed).then(|| object.relative_address_base()),
        })
    }

    fn name(&self, address: usize, base: usize) -> Option<&str> {
        let address = match self.relative_to {
            Some(start) => (address.checked_sub(base)? as u64).checked_add(start)?,
            None => address as u64,
        };
        let after = self.functions.partition_point(|function| function.address <= address);
        let function = self.functions.get(after.checked_sub(1)?)?;
        let inside = function.size == 0 || address - function.address < function.size;
        inside.then_some(function.name.as_str())
    }
}

fn underscores(name: &str) -> usize {
    name.bytes().take_while(|byte| *byte == b'_').count()
}

/// Demangles a name, without the hash of the legacy mangling.
fn demangled(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[inline(never)]
    fn something_with_a_path() -> usize {
        std::hint::black_box(something_with_a_path as *const () as usize)
    }

    #[test]
    fn a_function_has_its_full_path_and_its_module() {
        let mut names = Names::default();
        let stack = names.resolve(&[something_with_a_path(), something_with_a_path() + 1]);
        assert_eq!(stack[0], stack[1]);
        let (name, module) = &names.frames()[stack[0]];
        assert!(name.ends_with("names::tests::something_with_a_path"), "{name}");
        assert!(module.starts_with("duronb_workload-"), "{module}");
    }

    #[test]
    fn an_address_outside_all_objects_is_unknown() {
        let mut names = Names::default();
        assert_eq!(names.resolve(&[16, 17]), [0, 0]);
        assert_eq!(names.frames(), [(UNKNOWN.to_string(), String::new())]);
    }

    #[test]
    fn an_address_between_two_functions_belongs_to_neither() {
        let function = |address, size, name: &str| Function {
            address,
            size,
            name: name.to_string(),
        };
        let table = Table {
            functions: vec![function(0x10, 4, "one"), function(0x20, 0, "two")],
            relative_to: Some(0),
        };
        let named = |address: usize| table.name(address + 0x1000, 0x1000);
        assert_eq!(named(0x0f), None);
        assert_eq!(named(0x13), Some("one"));
        assert_eq!(named(0x14), None);
        assert_eq!(named(0x99), Some("two"));
        assert_eq!(table.name(0x10, 0x1000), None);
    }
}
