//! The call stack of an interrupted thread, from its frame pointers.

use super::platform::Registers;
use super::table::DEEPEST;
use std::ffi::c_void;
use std::io;
use std::sync::atomic::{AtomicI32, Ordering};

const LARGEST_STACK: usize = 8 << 20;
const PAGE: usize = 4096;

static PIPE_READ: AtomicI32 = AtomicI32::new(-1);
static PIPE_WRITE: AtomicI32 = AtomicI32::new(-1);

/// Opens the pipe with which `walk` checks whether an address is readable. Must be called before the first `walk`.
pub fn open_pipe() -> io::Result<()> {
    let mut ends = [0; 2];
    // SAFETY: pipe writes two descriptors to an array of two; fcntl only receives integers.
    unsafe {
        if libc::pipe(ends.as_mut_ptr()) != 0 {
            return Err(io::Error::last_os_error());
        }
        for end in ends {
            libc::fcntl(end, libc::F_SETFD, libc::FD_CLOEXEC);
            libc::fcntl(end, libc::F_SETFL, libc::O_NONBLOCK);
        }
    }
    PIPE_READ.store(ends[0], Ordering::Relaxed);
    PIPE_WRITE.store(ends[1], Ordering::Relaxed);
    Ok(())
}

/// Writes the return addresses of the chain of frame pointers, innermost first, and returns their number.
///
/// Code without frame pointers may leave any value in the register. Therefore every step must stay within the largest
/// size of a stack, go to a higher address, and be readable.
pub fn walk(registers: &Registers, addresses: &mut [usize; DEEPEST]) -> usize {
    const WORD: usize = std::mem::size_of::<usize>();
    addresses[0] = registers.instruction;
    let mut depth = 1;
    let mut frame = registers.frame;
    let mut lowest = registers.stack;
    let mut readable = usize::MAX;
    while depth < DEEPEST
        && frame & (WORD - 1) == 0
        && frame >= lowest
        && frame < registers.stack.saturating_add(LARGEST_STACK)
    {
        let Some(last) = frame.checked_add(2 * WORD - 1) else {
            break;
        };
        if last / PAGE != readable {
            if !is_readable(frame) || !is_readable(last) {
                break;
            }
            readable = last / PAGE;
        }
        // SAFETY: both words were checked to be readable, and the address is aligned.
        let (caller, return_address) = unsafe { (*(frame as *const usize), *((frame + WORD) as *const usize)) };
        if return_address < PAGE {
            break;
        }
        addresses[depth] = return_address;
        depth += 1;
        lowest = frame + WORD;
        frame = caller;
    }
    depth
}

/// Returns whether an address is readable. The write to the pipe fails if it is not, while reading the address directly
/// would kill the process.
fn is_readable(address: usize) -> bool {
    // SAFETY: the kernel checks the address. The byte is written to a private pipe and read again.
    unsafe {
        let written = libc::write(PIPE_WRITE.load(Ordering::Relaxed), address as *const c_void, 1);
        if written == 1 {
            let mut byte = 0_u8;
            libc::read(PIPE_READ.load(Ordering::Relaxed), (&raw mut byte).cast(), 1);
        }
        written == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unreadable_addresses_end_the_walk_instead_of_the_process() {
        open_pipe().unwrap();
        let word = 0_usize;
        assert!(is_readable((&raw const word) as usize));
        assert!(!is_readable(16));
        let mut addresses = [0; DEEPEST];
        for frame in [0, 8, 4096, 4097, usize::MAX - 7] {
            let registers = Registers {
                instruction: 1,
                stack: frame,
                frame,
            };
            assert_eq!(walk(&registers, &mut addresses), 1);
        }
    }
}
