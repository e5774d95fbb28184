//! The embedded sampler: the process samples its own stacks, with no privilege and no other program.
//!
//! A timer that runs on CPU time interrupts the thread that is running. The handler walks the frame pointers into a slot
//! of a fixed table; a thread of its own collects the slots; names are looked up after the workload ended. The crate
//! `pprof` does nearly the same, but leaves out the innermost frame, keeps one time per stack, and takes locks in its
//! handler.

use crate::arguments::Sample;
use std::cell::UnsafeCell;
use std::collections::HashMap;
use std::ffi::{c_int, c_void, CStr};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, AtomicU8, Ordering};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const EVENT: &str = "cpu-time:u";
const SLOTS: usize = 2048;
const DEEPEST: usize = 192;
const THREAD_NAME: usize = 64;
const COLLECT_EVERY: Duration = Duration::from_millis(100);
const LARGEST_STACK: usize = 8 << 20;
const PAGE: usize = 4096;

const EMPTY: u8 = 0;
const WRITING: u8 = 1;
const READY: u8 = 2;

/// One stack as the handler left it, innermost first.
#[derive(Clone, Copy)]
struct Stack {
    nanoseconds: u64,
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
static NEXT: AtomicU64 = AtomicU64::new(0);
static LOST: AtomicU64 = AtomicU64::new(0);
static PIPE_READ: AtomicI32 = AtomicI32::new(-1);
static PIPE_WRITE: AtomicI32 = AtomicI32::new(-1);

/// A sampler that runs until it is finished.
pub struct Sampler {
    path: PathBuf,
    asked_hz: u32,
    cpu_seconds_before: f64,
    stop: Arc<AtomicBool>,
    collector: JoinHandle<Samples>,
}

impl Sampler {
    /// Starts sampling every thread of the process.
    pub fn start(sample: &Sample) -> io::Result<Self> {
        // Fails now rather than after the run when the file cannot be written.
        File::create(partial(&sample.file))?;
        open_pipe()?;
        install_handler()?;
        let stop = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&stop);
        let collector = std::thread::Builder::new()
            .name("duronb-sampler".to_string())
            .spawn(move || {
                let mut samples = Samples::default();
                while !seen.load(Ordering::Acquire) {
                    std::thread::sleep(COLLECT_EVERY);
                    samples.collect();
                }
                samples.collect();
                samples
            })?;
        let cpu_seconds_before = cpu_seconds();
        set_timer(1_000_000 / i64::from(sample.frequency_hz.max(1)))?;
        Ok(Self {
            path: sample.file.clone(),
            asked_hz: sample.frequency_hz,
            cpu_seconds_before,
            stop,
            collector,
        })
    }

    /// Stops sampling and writes the file, whole or not at all.
    pub fn finish(self) -> io::Result<()> {
        set_timer(0)?;
        let cpu_seconds = cpu_seconds() - self.cpu_seconds_before;
        self.stop.store(true, Ordering::Release);
        let samples = self
            .collector
            .join()
            .map_err(|_| io::Error::other("the collecting thread panicked"))?;
        let partial = partial(&self.path);
        let mut file = BufWriter::new(File::create(&partial)?);
        // The kernel's tick bounds the rate, so what was asked for says little: samples per second of CPU time do.
        let taken = samples.rows.len() as f64 + LOST.load(Ordering::Relaxed) as f64;
        let frequency_hz = if taken > 0.0 && cpu_seconds > 0.0 {
            taken / cpu_seconds
        } else {
            f64::from(self.asked_hz)
        };
        samples.write(&mut file, frequency_hz, self.asked_hz)?;
        file.into_inner().map_err(|error| error.into_error())?.sync_all()?;
        std::fs::rename(partial, self.path)
    }
}

fn partial(path: &Path) -> PathBuf {
    let mut name = path.to_path_buf().into_os_string();
    name.push(".partial");
    PathBuf::from(name)
}

/// What was collected, every distinct stack and thread name once.
#[derive(Default)]
struct Samples {
    stacks: HashMap<Box<[usize]>, u32>,
    threads: HashMap<Box<[u8]>, u32>,
    rows: Vec<Row>,
}

struct Row {
    nanoseconds: u64,
    thread: u32,
    stack: u32,
}

impl Samples {
    fn collect(&mut self) {
        for slot in &TABLE {
            if slot.state.load(Ordering::Acquire) == READY {
                // SAFETY: READY makes the slot the collector's, and there is one collector.
                let stack = unsafe { *slot.stack.get() };
                slot.state.store(EMPTY, Ordering::Release);
                self.add(&stack);
            }
        }
    }

    fn add(&mut self, stack: &Stack) {
        let length = stack.thread.iter().position(|byte| *byte == 0).unwrap_or(THREAD_NAME);
        let thread = number(&mut self.threads, &stack.thread[..length]);
        let number = number(&mut self.stacks, &stack.addresses[..stack.depth]);
        self.rows.push(Row {
            nanoseconds: stack.nanoseconds,
            thread,
            stack: number,
        });
    }

    fn write(mut self, file: &mut impl Write, frequency_hz: f64, asked_hz: u32) -> io::Result<()> {
        let lost = LOST.load(Ordering::Relaxed);
        writeln!(
            file,
            "{{\"duronb\":\"embedded samples\",\"version\":1,\"frequency_hz\":{frequency_hz:.3},\"asked_hz\":{asked_hz},\
             \"event\":\"{EVENT}\",\"lost\":{lost}}}"
        )?;
        let mut names = Names::default();
        let mut stacks: Vec<Vec<usize>> = vec![Vec::new(); self.stacks.len()];
        for (addresses, number) in &self.stacks {
            stacks[*number as usize] = names.resolve(addresses);
        }
        for (number, (name, module)) in names.frames.iter().enumerate() {
            writeln!(
                file,
                "{{\"frame\":{number},\"name\":{},\"module\":{}}}",
                quoted(name),
                quoted(module)
            )?;
        }
        let mut threads = vec![String::new(); self.threads.len()];
        for (name, number) in &self.threads {
            threads[*number as usize] = quoted(&String::from_utf8_lossy(name));
        }
        self.rows.sort_by_key(|row| row.nanoseconds);
        for row in &self.rows {
            writeln!(
                file,
                "{{\"time\":{}.{:06},\"thread\":{},\"count\":1,\"stack\":{}}}",
                row.nanoseconds / 1_000_000_000,
                row.nanoseconds % 1_000_000_000 / 1000,
                threads[row.thread as usize],
                list(&stacks[row.stack as usize])
            )?;
        }
        Ok(())
    }
}

fn number<T: Copy>(known: &mut HashMap<Box<[T]>, u32>, key: &[T]) -> u32
where
    Box<[T]>: std::hash::Hash + Eq + std::borrow::Borrow<[T]>,
    [T]: std::hash::Hash + Eq,
{
    if let Some(number) = known.get(key) {
        return *number;
    }
    let number = known.len() as u32;
    known.insert(key.into(), number);
    number
}

/// Names of addresses, and the distinct frames met so far.
#[derive(Default)]
struct Names {
    frames: Vec<(String, String)>,
    known: HashMap<(String, String), usize>,
    addresses: HashMap<usize, Vec<usize>>,
}

impl Names {
    /// Returns the frames of a stack, root first; an address stands for several where functions were inlined.
    fn resolve(&mut self, innermost_first: &[usize]) -> Vec<usize> {
        let mut stack = Vec::new();
        for (depth, address) in innermost_first.iter().enumerate().rev() {
            // All but the innermost are return addresses: the call is just before.
            let address = if depth == 0 { *address } else { address.wrapping_sub(1) };
            if !self.addresses.contains_key(&address) {
                let frames = self.look_up(address);
                self.addresses.insert(address, frames);
            }
            stack.extend(&self.addresses[&address]);
        }
        stack
    }

    fn look_up(&mut self, address: usize) -> Vec<usize> {
        let module = module(address);
        let mut names = Vec::new();
        backtrace::resolve(address as *mut c_void, |symbol| {
            if let Some(name) = symbol.name() {
                // `{:#}` leaves out the hash of the older mangling.
                names.push(format!("{name:#}"));
            }
        });
        if names.is_empty() {
            names.push(dynamic_symbol(address).unwrap_or_else(|| "[unknown]".to_string()));
        }
        names.reverse();
        names.into_iter().map(|name| self.frame(name, &module)).collect()
    }

    fn frame(&mut self, name: String, module: &str) -> usize {
        let frame = (name, module.to_string());
        if let Some(number) = self.known.get(&frame) {
            return *number;
        }
        self.frames.push(frame.clone());
        self.known.insert(frame, self.frames.len() - 1);
        self.frames.len() - 1
    }
}

fn dynamic_information(address: usize) -> Option<libc::Dl_info> {
    // SAFETY: dladdr only fills in the structure, and a zeroed one is valid.
    unsafe {
        let mut information: libc::Dl_info = std::mem::zeroed();
        (libc::dladdr(address as *const c_void, &mut information) != 0).then_some(information)
    }
}

/// Returns the base name of the object that an address lies in; empty where it lies in none.
fn module(address: usize) -> String {
    let Some(information) = dynamic_information(address) else {
        return String::new();
    };
    if information.dli_fname.is_null() {
        return String::new();
    }
    // SAFETY: dladdr returned a C string that lives as long as the object is loaded.
    let path = unsafe { CStr::from_ptr(information.dli_fname) }.to_string_lossy();
    path.rsplit('/').next().unwrap_or_default().to_string()
}

fn dynamic_symbol(address: usize) -> Option<String> {
    let name = dynamic_information(address)?.dli_sname;
    // SAFETY: as for the module's name.
    (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned())
}

fn list(numbers: &[usize]) -> String {
    let digits: Vec<String> = numbers.iter().map(usize::to_string).collect();
    format!("[{}]", digits.join(","))
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\0'..='\u{1f}' => quoted.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

fn cpu_seconds() -> f64 {
    // SAFETY: getrusage only fills in the structure, and a zeroed one is valid.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

fn set_timer(microseconds: i64) -> io::Result<()> {
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
    let mut readable = 0;
    while depth < DEEPEST
        && frame % WORD == 0
        && frame >= lowest
        && frame < registers.stack.saturating_add(LARGEST_STACK)
    {
        let last = frame + 2 * WORD - 1;
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
    use std::hint::black_box;

    #[inline(never)]
    fn spin_for_the_sampler(seconds: f64) -> u64 {
        let before = cpu_seconds();
        let mut sum = 0_u64;
        while cpu_seconds() - before < seconds {
            for number in 0..10_000 {
                sum = black_box(sum.wrapping_mul(31).wrapping_add(number));
            }
        }
        sum
    }

    #[test]
    fn a_busy_function_is_found_with_its_thread_and_time() {
        let file = std::env::temp_dir().join(format!("duronb_sampler_test_{}", std::process::id()));
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let sampler = Sampler::start(&Sample {
            file: file.clone(),
            frequency_hz: 200,
        })
        .unwrap();
        std::thread::Builder::new()
            .name("busy \"one\"".to_string())
            .spawn(|| black_box(spin_for_the_sampler(0.5)))
            .unwrap()
            .join()
            .unwrap();
        sampler.finish().unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert!(text.starts_with("{\"duronb\":\"embedded samples\",\"version\":1,\"frequency_hz\":"));
        let frame = text.lines().find(|line| line.contains("spin_for_the_sampler")).unwrap();
        assert!(frame.contains("\"module\":\"duronb_workload-"), "{frame}");
        let sample = text.lines().find(|line| line.contains("busy \\\"one\\\"")).unwrap();
        let time: u64 = sample["{\"time\":".len()..].split('.').next().unwrap().parse().unwrap();
        assert!(time.abs_diff(started) <= 60);
        assert!(!partial(&file).exists());
    }

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

    #[test]
    fn text_is_quoted_as_json() {
        assert_eq!(quoted("a\"b\\c\nd\u{7f}é"), "\"a\\\"b\\\\c\\u000ad\u{7f}é\"");
    }
}
