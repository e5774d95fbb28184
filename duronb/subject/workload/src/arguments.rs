//! The command line: what to run, for how long, and whether to sample.

use std::fmt;
use std::path::PathBuf;

/// The stages of upstream's stress test, in its order.
macro_rules! all_stages {
    () => {
        "memory:1/1,memory:2/2,file:1/1,file:2/2"
    };
}

pub const USAGE: &str = concat!(
    "usage: duronb-workload SECONDS [--stages ",
    all_stages!(),
    "] [--sample-file PATH --sample-frequency HZ]"
);

const MOST_DISPATCHERS: usize = 999;
const LONGEST_SECONDS: u64 = 24 * 60 * 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    Memory,
    File,
}

/// One configuration: the storage and the numbers of dispatchers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    pub storage: Storage,
    pub orchestration_dispatchers: usize,
    pub worker_dispatchers: usize,
}

impl Stage {
    /// The provider's name in upstream's table.
    pub fn provider(&self) -> &'static str {
        match self.storage {
            Storage::Memory => "In-Memory SQLite",
            Storage::File => "File SQLite",
        }
    }

    /// The configuration's name in upstream's table.
    pub fn configuration(&self) -> String {
        format!("{}/{}", self.orchestration_dispatchers, self.worker_dispatchers)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.provider(), self.configuration())
    }
}

#[derive(Debug, PartialEq)]
pub struct Arguments {
    pub seconds: u64,
    pub stages: Vec<Stage>,
    pub sample: Option<Sample>,
}

/// The file for the samples, and the requested number of samples per second of CPU time.
#[derive(Debug, PartialEq)]
pub struct Sample {
    pub file: PathBuf,
    pub frequency_hz: u32,
}

/// Parses the arguments that follow the program's name.
///
/// The error describes the problem in one sentence; the caller adds the usage.
pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Arguments, String> {
    let mut seconds = None;
    let mut stages = None;
    let mut file = None;
    let mut frequency = None;
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_string(), Some(value.to_string())),
            _ => (argument, None),
        };
        let mut value = || {
            inline
                .clone()
                .or_else(|| arguments.next())
                .ok_or_else(|| format!("{name} needs a value"))
        };
        match name.as_str() {
            "--stages" => stages = Some(parse_stages(&value()?)?),
            "--sample-file" => file = Some(PathBuf::from(value()?)),
            "--sample-frequency" => frequency = Some(parse_number(&value()?, "a frequency", 1, 50_000)?),
            _ if seconds.is_none() => seconds = Some(parse_number(&name, "a number of seconds", 1, LONGEST_SECONDS)?),
            _ => return Err(format!("{name:?} is not a known argument")),
        }
    }
    let sample = match (file, frequency) {
        (Some(file), Some(frequency)) => Some(Sample {
            file,
            frequency_hz: frequency as u32,
        }),
        (None, None) => None,
        _ => return Err("--sample-file and --sample-frequency must be given together".to_string()),
    };
    Ok(Arguments {
        seconds: seconds.ok_or("SECONDS is missing")?,
        stages: stages.map_or_else(|| parse_stages(all_stages!()), Ok)?,
        sample,
    })
}

fn parse_number(text: &str, what: &str, low: u64, high: u64) -> Result<u64, String> {
    match text.parse::<u64>() {
        Ok(number) if (low..=high).contains(&number) && !text.starts_with('+') => Ok(number),
        _ => Err(format!("{text:?} is not {what} from {low} to {high}")),
    }
}

fn parse_stages(text: &str) -> Result<Vec<Stage>, String> {
    text.split(',').map(parse_stage).collect()
}

fn parse_stage(text: &str) -> Result<Stage, String> {
    let wrong = || format!("{text:?} is not a stage such as memory:1/1 or file:2/2");
    let (storage, dispatchers) = text.split_once(':').ok_or_else(wrong)?;
    let (orchestration, worker) = dispatchers.split_once('/').ok_or_else(wrong)?;
    let number = |digits: &str| match digits.parse::<usize>() {
        Ok(number) if (1..=MOST_DISPATCHERS).contains(&number) && !digits.starts_with('+') => Ok(number),
        _ => Err(wrong()),
    };
    Ok(Stage {
        storage: match storage {
            "memory" => Storage::Memory,
            "file" => Storage::File,
            _ => return Err(wrong()),
        },
        orchestration_dispatchers: number(orchestration)?,
        worker_dispatchers: number(worker)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Arguments, String> {
        parse(arguments.iter().map(|argument| argument.to_string()))
    }

    #[test]
    fn without_stages_all_four_run_in_upstreams_order() {
        let names: Vec<String> = read(&["30"]).unwrap().stages.iter().map(Stage::to_string).collect();
        assert_eq!(
            names,
            [
                "In-Memory SQLite 1/1",
                "In-Memory SQLite 2/2",
                "File SQLite 1/1",
                "File SQLite 2/2"
            ]
        );
    }

    #[test]
    fn stages_run_in_the_order_given() {
        let arguments = read(&["5", "--stages", "file:2/8,memory:1/1"]).unwrap();
        assert_eq!(arguments.stages[0].to_string(), "File SQLite 2/8");
        assert_eq!(arguments.stages[1].to_string(), "In-Memory SQLite 1/1");
    }

    #[test]
    fn a_value_may_follow_an_equals_sign() {
        let sample = read(&["--sample-file=a=b", "--sample-frequency=99", "1"])
            .unwrap()
            .sample;
        assert_eq!(
            sample,
            Some(Sample {
                file: PathBuf::from("a=b"),
                frequency_hz: 99
            })
        );
    }

    #[test]
    fn wrong_arguments_are_refused() {
        for arguments in [
            &[][..],
            &["0"],
            &["-5"],
            &["+5"],
            &["1.5"],
            &["30s"],
            &["thirty"],
            &["86401"],
            &["99999999999999999999"],
            &["5", "5"],
            &["5", "--duration", "5"],
            &["5", "--stages"],
            &["5", "--stages", ""],
            &["5", "--stages", "disk:1/1"],
            &["5", "--stages", "file:0/1"],
            &["5", "--stages", "file:1/1,"],
            &["5", "--sample-file", "x"],
            &["5", "--sample-frequency", "99"],
            &["5", "--sample-file", "x", "--sample-frequency", "0"],
        ] {
            assert!(read(arguments).is_err(), "{arguments:?} was accepted");
        }
    }
}
