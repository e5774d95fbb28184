//! Live progress: counts completed orchestrations and prints the count twice a second to standard error.
//!
//! Duroxide reports the completion of an orchestration in a debug event. A separate layer receives only this event, so
//! that no other event is formatted, and nothing is printed. A release with another text of the event has no progress.

use std::fmt;
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

const EVERY: Duration = Duration::from_millis(500);
const MESSAGE: &str = "Orchestration completed";

/// The first character of every line of progress, which distinguishes it from lines of the log.
const MARK: char = '\u{1e}';

/// The count of the current stage, shared between the layer and the reporting thread.
#[derive(Clone, Default)]
pub struct Progress {
    completed: Arc<AtomicU64>,
    stage: Arc<Mutex<Option<(String, Instant)>>>,
    seen: Arc<AtomicBool>,
}

impl Progress {
    /// Starts counting from zero for a stage.
    pub fn begin(&self, stage: String) {
        self.completed.store(0, Ordering::Relaxed);
        *self.lock() = Some((stage, Instant::now()));
    }

    /// Stops counting at the end of a stage.
    pub fn end(&self) {
        *self.lock() = None;
    }

    /// Starts a thread that prints the progress until the process ends.
    pub fn start_reporting(&self) {
        let progress = self.clone();
        let reporter = std::thread::Builder::new().name("duronb-progress".to_string());
        let _ = reporter.spawn(move || loop {
            std::thread::sleep(EVERY);
            if let Some(line) = progress.line() {
                // One write, so that a line of the log in the same pipe cannot split it.
                let _ = std::io::stderr().write_all(line.as_bytes());
            }
        });
    }

    fn line(&self) -> Option<String> {
        if !self.seen.load(Ordering::Relaxed) {
            return None;
        }
        let stage = self.lock().clone();
        let (name, began) = stage?;
        let completed = self.completed.load(Ordering::Relaxed);
        let elapsed = began.elapsed().as_secs_f64();
        // The name of a stage contains only letters, digits, spaces, `-` and `/`, so nothing needs escaping.
        Some(format!(
            "{MARK}{{\"stage\": \"{name}\", \"completed\": {completed}, \"elapsed\": {elapsed:.2}}}\n"
        ))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(String, Instant)>> {
        self.stage.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Returns whether an event may be a completion. The result is cached per call site, so other events cost nothing.
pub fn is_completion(metadata: &Metadata<'_>) -> bool {
    *metadata.level() == Level::DEBUG
        && metadata.target() == "duroxide::runtime"
        && metadata.is_event()
        && metadata.fields().field("history_events").is_some()
}

impl<S: Subscriber> Layer<S> for Progress {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut message = Message(false);
        event.record(&mut message);
        if message.0 {
            self.completed.fetch_add(1, Ordering::Relaxed);
            self.seen.store(true, Ordering::Relaxed);
        }
    }
}

/// Visitor that checks whether an event's message is that of a completion.
struct Message(bool);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}") == MESSAGE;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing_subscriber::filter::filter_fn;
    use tracing_subscriber::prelude::*;

    #[test]
    fn only_completions_of_the_running_stage_are_counted() {
        let progress = Progress::default();
        let subscriber = tracing_subscriber::registry().with(progress.clone().with_filter(filter_fn(is_completion)));
        tracing::subscriber::with_default(subscriber, || {
            tracing::debug!(target: "duroxide::runtime", history_events = 3, "Orchestration completed");
            progress.begin("File SQLite 2/2".to_string());
            tracing::debug!(target: "duroxide::runtime", history_events = 3, "Orchestration completed");
            tracing::debug!(target: "duroxide::runtime", history_events = 3, "Orchestration failed");
            tracing::debug!(target: "duroxide::runtime", "Orchestration completed");
            tracing::debug!(target: "elsewhere", history_events = 3, "Orchestration completed");
            tracing::info!(target: "duroxide::runtime", history_events = 3, "Orchestration completed");
        });
        let line = progress.line().unwrap();
        assert!(
            line.starts_with("\u{1e}{\"stage\": \"File SQLite 2/2\", \"completed\": 1, \"elapsed\": "),
            "{line:?}"
        );
        assert!(line.ends_with("}\n"));
    }

    #[test]
    fn there_is_no_progress_before_the_first_completion_or_between_stages() {
        let progress = Progress::default();
        progress.begin("File SQLite 2/2".to_string());
        assert_eq!(progress.line(), None);
        progress.seen.store(true, Ordering::Relaxed);
        assert!(progress.line().is_some());
        progress.end();
        assert_eq!(progress.line(), None);
    }
}
