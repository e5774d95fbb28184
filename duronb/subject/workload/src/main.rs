//! Duroxide's SQLite stress test as a separate program: the four stages of upstream's `sqlite-stress`, for the release or
//! checkout that it is built against. It prints the same log, so that one parser reads both.

#![warn(clippy::undocumented_unsafe_blocks)]

mod arguments;
mod database;
mod progress;
#[cfg(feature = "sampler")]
mod sampler;

use arguments::{Arguments, Stage};
use database::Database;
use duroxide::provider_stress_tests::parallel_orchestrations::run_parallel_orchestrations_test_with_config;
use duroxide::provider_stress_tests::{print_comparison_table, StressTestConfig};
use progress::Progress;
use std::process::ExitCode;
use tokio::signal::unix::{signal, SignalKind};
use tracing::info;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::prelude::*;
use tracing_subscriber::EnvFilter;

const WRONG_USAGE: u8 = 2;
const INTERRUPTED: u8 = 130;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match arguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => return refuse(&message),
    };
    let progress = Progress::default();
    let log = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber = tracing_subscriber::registry()
        .with(tracing_subscriber::fmt::layer().with_filter(log))
        .with(progress.clone().with_filter(filter_fn(progress::is_completion)));
    // Not `init()`, which would also pass on the records of the log crate, from the lowest level of the layers.
    if let Err(error) = tracing::subscriber::set_global_default(subscriber) {
        return fail(&error.to_string());
    }
    #[cfg(feature = "sampler")]
    let sampler = match arguments.sample.as_ref().map(sampler::Sampler::start).transpose() {
        Ok(sampler) => sampler,
        Err(error) => return fail(&format!("the sampler cannot be started: {error}")),
    };
    #[cfg(not(feature = "sampler"))]
    if arguments.sample.is_some() {
        return refuse("this build has no sampler");
    }
    let (mut interrupt, mut terminate) = match (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
        (Ok(interrupt), Ok(terminate)) => (interrupt, terminate),
        (Err(error), _) | (_, Err(error)) => return fail(&format!("signals cannot be received: {error}")),
    };
    progress.start_reporting();
    // The branch that did not finish is dropped before the process ends, which removes the stage's database.
    let status = tokio::select! {
        () = run(&arguments, &progress) => ExitCode::SUCCESS,
        _ = interrupt.recv() => ExitCode::from(INTERRUPTED),
        _ = terminate.recv() => ExitCode::from(INTERRUPTED),
    };
    #[cfg(feature = "sampler")]
    if let Some(error) = sampler.and_then(|sampler| sampler.finish().err()) {
        return fail(&format!("the samples cannot be written: {error}"));
    }
    status
}

fn refuse(message: &str) -> ExitCode {
    eprintln!("duronb-workload: {message}\n{}", arguments::USAGE);
    ExitCode::from(WRONG_USAGE)
}

fn fail(message: &str) -> ExitCode {
    eprintln!("duronb-workload: {message}");
    ExitCode::FAILURE
}

async fn run(arguments: &Arguments, progress: &Progress) {
    info!("Subject: {}", env!("CARGO_PKG_DESCRIPTION"));
    info!("=== Duroxide SQLite Stress Test Suite ===");
    info!("Duration: {} seconds per test", arguments.seconds);
    let mut results = Vec::new();
    let mut storage = None;
    for (number, stage) in arguments.stages.iter().enumerate() {
        if storage.replace(stage.storage) != Some(stage.storage) {
            info!("\n--- Testing {} Provider ---", title(stage));
        }
        progress.begin(stage.to_string());
        match run_stage(stage, number, arguments.seconds).await {
            Ok(result) => {
                results.push((stage.provider().to_string(), stage.configuration(), result));
                info!("✓ Test completed");
            }
            Err(error) => info!("✗ Test failed: {error}"),
        }
        progress.end();
    }
    print_comparison_table(&results);
}

async fn run_stage(
    stage: &Stage,
    number: usize,
    seconds: u64,
) -> Result<duroxide::provider_stress_tests::StressTestResult, Box<dyn std::error::Error>> {
    let database = Database::create(stage.storage, number)?;
    // The releases differ in the further fields of the configuration. The fields set here exist in all of them.
    let config = StressTestConfig {
        max_concurrent: 20,
        duration_secs: seconds,
        tasks_per_instance: 5,
        activity_delay_ms: 10,
        orch_concurrency: stage.orchestration_dispatchers,
        worker_concurrency: stage.worker_dispatchers,
        ..Default::default()
    };
    run_parallel_orchestrations_test_with_config(&database, config).await
}

fn title(stage: &Stage) -> &'static str {
    match stage.storage {
        arguments::Storage::Memory => "In-Memory SQLite",
        arguments::Storage::File => "File-Based SQLite",
    }
}
