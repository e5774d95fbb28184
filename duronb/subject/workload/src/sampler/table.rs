//! A fixed table of stacks between the signal handler, which fills it, and one thread that empties it. Without locks
//! and without allocation, because a handler may do neither.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicU64, AtomicU8, Ordering};

const SLOTS: usize = 2048;
/// A deeper stack is cut to its innermost frames.
pub const DEEPEST: usize = 192;
/// Longer than any name that a system keeps of a thread.
pub const THREAD_NAME: usize = 64;

const EMPTY: u8 = 0;
const WRITING: u8 = 1;
const READY: u8 = 2;

/// One interrupted stack.
#[derive(Clone, Copy)]
pub struct Stack {
    /// Unix time.
    pub nanoseconds: u64,
    /// Name of the thread, ended by a zero.
    pub thread: [u8; THREAD_NAME],
    /// How many of the addresses are used.
    pub depth: usize,
    /// Instruction addresses, innermost first.
    pub addresses: [usize; DEEPEST],
}

impl Stack {
    /// The thread's name as the system has it.
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

// SAFETY: `state` says who owns `stack`: the handler from EMPTY over WRITING to READY, the collector until EMPTY.
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

/// Lets `fill` write the next slot; counts a lost sample where the slot was not emptied yet. A signal handler may call it,
/// in several threads at once.
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
    // SAFETY: WRITING makes the slot the caller's until it is READY.
    fill(unsafe { &mut *slot.stack.get() });
    slot.state.store(READY, Ordering::Release);
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

/// Returns how many stacks found their slot taken.
pub fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}
