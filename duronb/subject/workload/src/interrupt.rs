//! The interrupt: a timer on CPU time, and a handler that walks the running thread's frame pointers into a fixed table.

use std::cell::UnsafeCell;
use std::ffi::{c_int, c_void};
use std::io;
use std::sync::atomic::{AtomicI32, AtomicU64, AtomicU8, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

const SLOTS: usize = 2048;
const DEEPEST: usize = 192;
const THREAD_NAME: usize = 64;
const LARGEST_STACK: usize = 8 << 20;
const PAGE: usize = 4096;

const EMPTY: u8 = 0;
const WRITING: u8 = 1;
const READY: u8 = 2;

/// One stack as the handler left it.
#[derive(Clone, Copy)]
pub struct Stack {
    /// Unix time.
    pub nanoseconds: u64,
    thread: [u8; THREAD_NAME],
    depth: usize,
    addresses: [usize; DEEPEST],
}

struct Slot {
    state: AtomicU8,
    stack: UnsafeCell<Stack>,
}

/// SAFETY: `state` says who owns `stack`: the handler from EMPTY over WRITING to READY, the collector until EMPTY.
unsafe impl Sync for Slot {}

static TABLE: [Slot; SLOTS] = [const {
    Slot {
        state: AtomicU8::new(EMPTY),
        stack: UnsafeCell::new(Stack {
            nanoseconds: 0,
            thread: [0; THREAD_NAME],
            depth: 0,
            addresses: [0; DEEPEST],
        }),
    }
}; SLOTS];
impl Stack {
    /// The thread's name as the system has it.
    pub fn thread(&self) -> &[u8] {
        let length = self.thread.iter().position(|byte| *byte == 0).unwrap_or(THREAD_NAME);
        &self.thread[..length]
    }

    /// Instruction addresses, innermost first.
    pub fn addresses(&self) -> &[usize] {
        &self.addresses[..self.depth]
    }
}

static NEXT: AtomicU64 = AtomicU64::new(0);
static LOST: AtomicU64 = AtomicU64::new(0);
static PIPE_READ: AtomicI32 = AtomicI32::new(-1);
static PIPE_WRITE: AtomicI32 = AtomicI32::new(-1);

/// Prepares the handler; `set_timer` then starts it.
pub fn install() -> io::Result<()> {
    open_pipe()?;
    install_handler()
}

/// Interrupts every so many microseconds of CPU time; never, where that is 0.
pub fn set_timer(microseconds: i64) -> io::Result<()> {
    let interval = libc::timeval {
        tv_sec: (microseconds / 1_000_000) as libc::time_t,
        tv_usec: (microseconds % 1_000_000) as libc::suseconds_t,
    };
    let timer = libc::itimerval {
        it_interval: interval,
        it_value: interval,
    };
    // SAFETY: the structure is whole, and no old value is asked for.
    match unsafe { libc::setitimer(libc::ITIMER_PROF, &timer, std::ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Hands the stacks that were taken since the last time to `take`. One thread at a time may call it.
pub fn drain(mut take: impl FnMut(&Stack)) {
    for slot in &TABLE {
        if slot.state.load(Ordering::Acquire) == READY {
            // SAFETY: READY makes the slot the caller's, and there is one caller.
            let stack = unsafe { *slot.stack.get() };
            slot.state.store(EMPTY, Ordering::Release);
            take(&stack);
        }
    }
}

/// Returns how many interrupts found no free slot.
pub fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

fn install_handler() -> io::Result<()> {
    // SAFETY: the handler does only what a signal handler may do, and restarts system calls.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = on_timer as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART;
        libc::sigemptyset(&mut action.sa_mask);
        match libc::sigaction(libc::SIGPROF, &action, std::ptr::null_mut()) {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

/// Opens the pipe by which the handler asks the kernel whether an address can be read.
fn open_pipe() -> io::Result<()> {
    let mut ends = [0; 2];
    // SAFETY: pipe fills in two descriptors; fcntl takes integers.
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

extern "C" fn on_timer(_signal: c_int, _information: *mut libc::siginfo_t, context: *mut c_void) {
    let slot = &TABLE[NEXT.fetch_add(1, Ordering::Relaxed) as usize % SLOTS];
    if slot
        .state
        .compare_exchange(EMPTY, WRITING, Ordering::Acquire, Ordering::Relaxed)
        .is_err()
    {
        LOST.fetch_add(1, Ordering::Relaxed);
        return;
    }
    // SAFETY: WRITING makes the slot this handler's; the context is the kernel's. Everything called is safe in a
    // handler: system calls, and no allocation. errno is the interrupted code's and is put back.
    unsafe {
        let errno = errno();
        let kept = *errno;
        let stack = &mut *slot.stack.get();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        stack.nanoseconds = now.as_nanos() as u64;
        stack.thread = [0; THREAD_NAME];
        thread_name(&mut stack.thread);
        stack.depth = walk(registers(context), &mut stack.addresses);
        *errno = kept;
    }
    slot.state.store(READY, Ordering::Release);
}

struct Registers {
    instruction: usize,
    stack: usize,
    frame: usize,
}

/// Follows the chain of frame pointers. Code without them may leave anything in the register, so that every step must
/// stay within a stack's size, go upwards, and be readable.
fn walk(registers: Registers, addresses: &mut [usize; DEEPEST]) -> usize {
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
        // SAFETY: both words were found readable, and the address is aligned.
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

/// Asks the kernel: writing from an address that cannot be read fails, where reading from it would kill the process.
fn is_readable(address: usize) -> bool {
    // SAFETY: the kernel checks the address; the byte goes through a pipe of our own and is taken out again.
    unsafe {
        let written = libc::write(PIPE_WRITE.load(Ordering::Relaxed), address as *const c_void, 1);
        if written == 1 {
            let mut byte = 0_u8;
            libc::read(PIPE_READ.load(Ordering::Relaxed), (&raw mut byte).cast(), 1);
        }
        written == 1
    }
}

#[cfg(target_os = "linux")]
unsafe fn errno() -> *mut c_int {
    libc::__errno_location()
}

#[cfg(target_os = "macos")]
unsafe fn errno() -> *mut c_int {
    libc::__error()
}

#[cfg(target_os = "linux")]
unsafe fn thread_name(name: &mut [u8; THREAD_NAME]) {
    libc::prctl(libc::PR_GET_NAME, name.as_mut_ptr());
}

#[cfg(target_os = "macos")]
unsafe fn thread_name(name: &mut [u8; THREAD_NAME]) {
    libc::pthread_getname_np(libc::pthread_self(), name.as_mut_ptr().cast(), THREAD_NAME);
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
unsafe fn registers(context: *mut c_void) -> Registers {
    let general = &(*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs;
    Registers {
        instruction: general[libc::REG_RIP as usize] as usize,
        stack: general[libc::REG_RSP as usize] as usize,
        frame: general[libc::REG_RBP as usize] as usize,
    }
}

#[cfg(all(target_os = "linux", target_arch = "aarch64"))]
unsafe fn registers(context: *mut c_void) -> Registers {
    let machine = &(*context.cast::<libc::ucontext_t>()).uc_mcontext;
    Registers {
        instruction: machine.pc as usize,
        stack: machine.sp as usize,
        frame: machine.regs[29] as usize,
    }
}

#[cfg(all(target_os = "macos", target_arch = "x86_64"))]
unsafe fn registers(context: *mut c_void) -> Registers {
    let state = &(*(*context.cast::<libc::ucontext_t>()).uc_mcontext).__ss;
    Registers {
        instruction: state.__rip as usize,
        stack: state.__rsp as usize,
        frame: state.__rbp as usize,
    }
}

#[cfg(all(target_os = "macos", target_arch = "aarch64"))]
unsafe fn registers(context: *mut c_void) -> Registers {
    let state = &(*(*context.cast::<libc::ucontext_t>()).uc_mcontext).__ss;
    Registers {
        instruction: state.__pc as usize,
        stack: state.__sp as usize,
        frame: state.__fp as usize,
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
            assert_eq!(walk(registers, &mut addresses), 1);
        }
    }
}
