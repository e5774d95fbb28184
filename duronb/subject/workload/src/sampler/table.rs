//! A fixed table of stacks. The signal handler fills it, and one thread empties it. It works without locks and without
//! allocation, because a signal handler may use neither.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU64, AtomicU8, Ordering};

const SLOTS: usize = 2048;
/// Largest number of frames of a stack. Deeper stacks are cut to their innermost frames.
pub const DEEPEST: usize = 192;
/// Size of a thread name, longer than any name in the supported operating systems.
pub const THREAD_NAME: usize = 64;

const EMPTY: u8 = 0;
const WRITING: u8 = 1;
const READY: u8 = 2;

/// One interrupted stack.
#[derive(Clone, Copy)]
pub struct Stack {
    /// Unix time.
    pub nanoseconds: u64,
    /// Name of the thread, terminated by a zero.
    pub thread: [u8; THREAD_NAME],
    /// Number of addresses that are used.
    pub depth: usize,
    /// Instruction addresses, innermost first.
    pub addresses: [usize; DEEPEST],
}

impl Stack {
    /// The thread's name, without the terminating zero.
    pub fn thread(&self) -> &[u8] {
        let length = self.thread.iter().position(|byte| *byte == 0).unwrap_or(THREAD_NAME);
        &self.thread[..length]
    }

    /// The instruction addresses that are used, innermost first.
    pub fn addresses(&self) -> &[usize] {
        &self.addresses[..self.depth]
    }
}

struct Slot {
    state: AtomicU8,
    stack: UnsafeCell<Stack>,
}

// SAFETY: `state` determines the owner of `stack`: the handler until it is READY, then the collector until it is EMPTY.
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

static NEXT: AtomicU64 = AtomicU64::new(0);
static LOST: AtomicU64 = AtomicU64::new(0);

/// Calls `fill` to write the next slot. If the slot is still in use, counts a lost sample instead. Signal handlers may
/// call it, in several threads at once.
pub fn put(fill: impl FnOnce(&mut Stack)) {
    let slot = &TABLE[NEXT.fetch_add(1, Ordering::Relaxed) as usize % SLOTS];
    if slot
        .state
        .compare_exchange(EMPTY, WRITING, Ordering::Acquire, Ordering::Relaxed)
        .is_err()
    {
        LOST.fetch_add(1, Ordering::Relaxed);
        return;
    }
    // SAFETY: the caller owns the slot while it is WRITING.
    fill(unsafe { &mut *slot.stack.get() });
    slot.state.store(READY, Ordering::Release);
}

/// Passes the stacks written since the last call to `take`. Only one thread at a time may call it.
pub fn drain(mut take: impl FnMut(&Stack)) {
    for slot in &TABLE {
        if slot.state.load(Ordering::Acquire) == READY {
            // SAFETY: the caller owns the slot while it is READY, and there is only one caller.
            let stack = unsafe { *slot.stack.get() };
            slot.state.store(EMPTY, Ordering::Release);
            take(&stack);
        }
    }
}

/// Returns the number of samples that were lost because their slot was in use.
pub fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}
