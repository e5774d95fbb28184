//! Code specific to operating systems and processors: interrupted registers, errno and thread names.

use super::table::THREAD_NAME;
use std::ffi::{c_int, c_void};

/// Registers of an interrupted thread, from which its stack can be followed.
pub struct Registers {
    pub instruction: usize,
    pub stack: usize,
    pub frame: usize,
}

/// Returns the address of this thread's errno.
#[cfg(target_os = "linux")]
pub fn errno() -> *mut c_int {
    // SAFETY: the call has no arguments and returns the address of this thread's errno, which lives as long as the thread.
    unsafe { libc::__errno_location() }
}

/// Returns the address of this thread's errno.
#[cfg(target_os = "macos")]
pub fn errno() -> *mut c_int {
    // SAFETY: the call has no arguments and returns the address of this thread's errno, which lives as long as the thread.
    unsafe { libc::__error() }
}

/// Writes the name of this thread, terminated by a zero.
#[cfg(target_os = "linux")]
pub fn thread_name(name: &mut [u8; THREAD_NAME]) {
    // SAFETY: the kernel writes at most 16 bytes, including the zero.
    unsafe {
        libc::prctl(libc::PR_GET_NAME, name.as_mut_ptr());
    }
}

/// Writes the name of this thread, terminated by a zero.
#[cfg(target_os = "macos")]
pub fn thread_name(name: &mut [u8; THREAD_NAME]) {
    // SAFETY: it writes at most THREAD_NAME bytes, including the zero.
    unsafe {
        libc::pthread_getname_np(libc::pthread_self(), name.as_mut_ptr().cast(), THREAD_NAME);
    }
}

/// Reads the registers of the interrupted thread.
///
/// # Safety
///
/// `context` must be the third argument of a signal handler that has not returned yet.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
pub unsafe fn registers(context: *mut c_void) -> Registers {
    // SAFETY: the kernel passed the context, which has this type on this system.
    let general = unsafe { &(*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs };
    Registers {
        instruction: general[libc::REG_RIP as usize] as usize,
        stack: general[libc::REG_RSP as usize] as usize,
        frame: general[libc::REG_RBP as usize] as usize,
    }
}

/// Reads the registers of the interrupted thread.
///
/// # Safety
///
/// `context` must be the third argument of a signal handler that has not returned yet.
#[cfg(all(target_os = "linux", target_arch = "aarch64"))]
pub unsafe fn registers(context: *mut c_void) -> Registers {
    // SAFETY: the kernel passed the context, which has this type on this system.
    let machine = unsafe { &(*context.cast::<libc::ucontext_t>()).uc_mcontext };
    Registers {
        instruction: machine.pc as usize,
        stack: machine.sp as usize,
        frame: machine.regs[29] as usize,
    }
}

/// Reads the registers of the interrupted thread.
///
/// # Safety
///
/// `context` must be the third argument of a signal handler that has not returned yet.
#[cfg(all(target_os = "macos", target_arch = "x86_64"))]
pub unsafe fn registers(context: *mut c_void) -> Registers {
    // SAFETY: the kernel passed the context, which has this type on this system.
    let state = unsafe { &(*(*context.cast::<libc::ucontext_t>()).uc_mcontext).__ss };
    Registers {
        instruction: state.__rip as usize,
        stack: state.__rsp as usize,
        frame: state.__rbp as usize,
    }
}

/// Reads the registers of the interrupted thread.
///
/// # Safety
///
/// `context` must be the third argument of a signal handler that has not returned yet.
#[cfg(all(target_os = "macos", target_arch = "aarch64"))]
pub unsafe fn registers(context: *mut c_void) -> Registers {
    // SAFETY: the kernel passed the context, which has this type on this system.
    let state = unsafe { &(*(*context.cast::<libc::ucontext_t>()).uc_mcontext).__ss };
    Registers {
        instruction: state.__pc as usize,
        stack: state.__sp as usize,
        frame: state.__fp as usize,
    }
}
