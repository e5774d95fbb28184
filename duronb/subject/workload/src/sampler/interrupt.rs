//! The interrupt: a timer on CPU time, and the signal handler that writes the running thread's stack into the table.

use super::table::THREAD_NAME;
use super::{frames, platform, table};
use std::ffi::{c_int, c_void};
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

/// Installs the signal handler. `set_timer` then starts the interrupts.
pub fn install() -> io::Result<()> {
    frames::open_pipe()?;
    install_handler()
}

/// Sets the CPU time between two interrupts in microseconds; 0 stops the interrupts.
pub fn set_timer(microseconds: i64) -> io::Result<()> {
    let interval = libc::timeval {
        tv_sec: (microseconds / 1_000_000) as libc::time_t,
        tv_usec: (microseconds % 1_000_000) as libc::suseconds_t,
    };
    let timer = libc::itimerval {
        it_interval: interval,
        it_value: interval,
    };
    // SAFETY: the structure is initialised, and the old value is not requested.
    match unsafe { libc::setitimer(libc::ITIMER_PROF, &timer, std::ptr::null_mut()) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

fn install_handler() -> io::Result<()> {
    // SAFETY: the handler is async-signal-safe, and interrupted system calls are restarted.
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

extern "C" fn on_timer(_signal: c_int, _information: *mut libc::siginfo_t, context: *mut c_void) {
    // Everything called here is async-signal-safe: system calls, and no allocation. errno belongs to the interrupted
    // code and is restored.
    let errno = platform::errno();
    // SAFETY: the address is that of this thread's errno.
    let kept = unsafe { *errno };
    table::put(|stack| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        stack.nanoseconds = now.as_nanos() as u64;
        stack.thread = [0; THREAD_NAME];
        platform::thread_name(&mut stack.thread);
        // SAFETY: the kernel passed the context, and this handler has not returned.
        let registers = unsafe { platform::registers(context) };
        stack.depth = frames::walk(&registers, &mut stack.addresses);
    });
    // SAFETY: as above.
    unsafe { *errno = kept };
}
