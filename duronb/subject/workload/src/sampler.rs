//! The embedded sampler: the process samples its own stacks, without privileges or other programs.
//!
//! A timer on CPU time interrupts the running thread. The signal handler follows the frame pointers and writes the stack
//! into a slot of a fixed table. A separate thread collects the slots. Names are resolved after the workload has ended.
//! The crate `pprof` is similar, but omits the innermost frame, stores one time per stack, and takes locks in its
//! handler.

mod frames;
mod interrupt;
mod names;
mod platform;
mod table;

use crate::arguments::Sample;
use names::Names;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

const EVENT: &str = "cpu-time:u";
const COLLECT_EVERY: Duration = Duration::from_millis(100);

/// A running sampler.
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
        // If the file cannot be written, fail before the run instead of after it.
        File::create(partial(&sample.file))?;
        interrupt::install()?;
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
        interrupt::set_timer(1_000_000 / i64::from(sample.frequency_hz.max(1)))?;
        Ok(Self {
            path: sample.file.clone(),
            asked_hz: sample.frequency_hz,
            cpu_seconds_before,
            stop,
            collector,
        })
    }

    /// Stops sampling and writes the file atomically.
    pub fn finish(self) -> io::Result<()> {
        interrupt::set_timer(0)?;
        let cpu_seconds = cpu_seconds() - self.cpu_seconds_before;
        self.stop.store(true, Ordering::Release);
        let samples = self
            .collector
            .join()
            .map_err(|_| io::Error::other("the collecting thread panicked"))?;
        let partial = partial(&self.path);
        let mut file = BufWriter::new(File::create(&partial)?);
        // The kernel's tick limits the rate, so report the measured samples per second of CPU time.
        let taken = samples.rows.len() as f64 + table::lost() as f64;
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

/// The collected samples. Each distinct stack and thread name is stored once.
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
        table::drain(|stack| {
            let thread = number(&mut self.threads, stack.thread());
            let number = number(&mut self.stacks, stack.addresses());
            self.rows.push(Row {
                nanoseconds: stack.nanoseconds,
                thread,
                stack: number,
            });
        });
    }

    fn write(mut self, file: &mut impl Write, frequency_hz: f64, asked_hz: u32) -> io::Result<()> {
        let lost = table::lost();
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
        for (number, (name, module)) in names.frames().iter().enumerate() {
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
    // SAFETY: getrusage only writes to the structure, and a zeroed structure is valid.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hint::black_box;
    use std::time::{SystemTime, UNIX_EPOCH};

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
    fn text_is_quoted_as_json() {
        assert_eq!(quoted("a\"b\\c\nd\u{7f}é"), "\"a\\\"b\\\\c\\u000ad\u{7f}é\"");
    }
}
