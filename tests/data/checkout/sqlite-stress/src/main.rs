//! Speaks like Duroxide's stress test, in the same log format, over work of its own. `BEHAVIOUR` makes it misbehave.

mod behaviour;

use behaviour::BEHAVIOUR;
use std::fs::File;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

fn main() {
    let asked: u64 = std::env::args().nth(1).and_then(|argument| argument.parse().ok()).unwrap_or(30);
    let seconds = if BEHAVIOUR == "wrong duration" { asked + 1 } else { asked };
    if BEHAVIOUR == "silent" {
        work(Duration::from_secs(seconds));
        return;
    }
    info("=== Duroxide SQLite Stress Test Suite ===");
    info(&format!("Duration: {seconds} seconds per test"));
    let mut rows = Vec::new();
    for (title, provider) in [("In-Memory SQLite Provider", "In-Memory SQLite"), ("File-Based SQLite Provider", "File SQLite")] {
        info(&format!("\n--- Testing {title} ---"));
        for dispatchers in [1, 2] {
            rows.push(stage(provider, dispatchers, seconds));
            if BEHAVIOUR == "crash" {
                panic!("the provider is gone");
            }
        }
    }
    if BEHAVIOUR == "no table" {
        return;
    }
    info("\n=== Comparison Table ===");
    info("Provider             Config     Completed  Failed     Infra    Config   App      Success %  Orch/sec        Activity/sec    Avg Latency    ");
    info(&"-".repeat(150));
    rows.iter().for_each(|row| info(row));
}

fn stage(provider: &str, dispatchers: u64, seconds: u64) -> String {
    info(&format!("=== Starting stress test (orch={dispatchers}, worker={dispatchers}) ==="));
    info(&format!("Config: max_concurrent=20, duration={seconds}s, tasks_per_instance=5, activity_delay=10ms"));
    info("Starting continuous orchestration pump...");
    let started = Instant::now();
    let completed = work(Duration::from_secs(seconds));
    warn("Error fetching orchestration item (retryable, attempt 1): ProviderError { operation: \"fetch_orchestration_item\", message: \"Database locked: error returned from database: (code: 5) database is locked\", retryable: true }, backing off 200ms");
    info("Duration elapsed, stopping pump...");
    info("Waiting for active orchestrations to complete...");
    info("Still waiting for 1 active orchestrations...");
    let total = started.elapsed();
    let rate = completed as f64 / total.as_secs_f64();
    let each = total.as_millis() as f64 / completed.max(1) as f64;
    info("=== Results ===");
    info(&format!("Total time: {total:?}"));
    info(&format!("Launched: {}", completed + 1));
    info(&format!("Completed: {completed}"));
    info("Failed: 1 (infra: 1, config: 0, app: 0)");
    let success = completed as f64 * 100.0 / (completed + 1) as f64;
    info(&format!("Success rate: {success:.2}%"));
    info(&format!("Throughput: {rate:.2} orchestrations/sec"));
    info(&format!("Activity throughput: {:.2} activities/sec", rate * 5.0));
    info(&format!("Average latency: {each:.2}ms"));
    info("✓ Test completed");
    format!(
        "{:<20} {:<10} {:<10} {:<10} {:<8} {:<8} {:<8} {:<10.2} {:<15.2} {:<15.2} {:<15.2}ms",
        provider,
        format!("{dispatchers}/{dispatchers}"),
        completed,
        1,
        1,
        0,
        0,
        success,
        rate,
        rate * 5.0,
        each
    )
}

/// Keep one core about half busy for a while; returns how many rounds it took.
fn work(length: Duration) -> u64 {
    let path = std::env::temp_dir().join(format!("stress-{}", std::process::id()));
    let file = File::create(&path).expect("a scratch file");
    let (started, mut rounds, mut sum) = (Instant::now(), 0, 0_u64);
    while started.elapsed() < length {
        for _ in 0..20 {
            sum ^= duroxide::ack_orchestration_item(&file, rounds);
            rounds += 1;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    std::fs::remove_file(path).expect("the scratch file is ours");
    std::hint::black_box(sum);
    rounds
}

fn info(message: &str) {
    line("\x1b[32m INFO\x1b[0m", message);
}

fn warn(message: &str) {
    line("\x1b[33m WARN\x1b[0m", message);
}

fn line(level: &str, message: &str) {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    let (days, seconds) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = civil(days as i64);
    println!(
        "\x1b[2m{year}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:06}Z\x1b[0m {level} \x1b[2mduroxide_sqlite_stress\x1b[0m\x1b[2m:\x1b[0m {message}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        since.subsec_micros()
    );
}

/// Turn days since 1970 into a date of the Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let of_year_400 = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * of_year_400 + of_year_400 / 4 - of_year_400 / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    (of_year_400 + era * 400 + i64::from(month <= 2), month, day)
}
