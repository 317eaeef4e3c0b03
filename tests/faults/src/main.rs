//! The command `gleaner-faults`: attacks the `gleaner` command, says what it found, and how to make it
//! again.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand};
use gleaner_faults::process::Program;
use gleaner_faults::report::{Settings, Tally, table};
use gleaner_faults::{Result as Outcome, folder, inject};

/// Attacks the gleaner command with kills, errors, power losses, damage and hostile folders
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    part: Part,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Args)]
struct Options {
    /// The binary that is attacked [default: the one beside this]
    #[arg(long, value_name = "PATH", global = true)]
    gleaner: Option<PathBuf>,
    /// Attacks at a time
    #[arg(long, value_name = "N", global = true, default_value_t = 2)]
    jobs: usize,
    /// Only N attacks of all, chosen by SEED
    #[arg(long, value_name = "N/SEED", global = true)]
    sample: Option<Sample>,
    /// Only the first N attacks
    #[arg(long, value_name = "N", global = true)]
    limit: Option<usize>,
    /// Only attacks whose name begins so
    #[arg(long, value_name = "NAME", global = true)]
    only: Option<String>,
    /// Most failures of a kind that are shown
    #[arg(long, value_name = "N", global = true, default_value_t = 5)]
    show: usize,
    /// Folder for the folders of cases [default: one in memory, or that of temporary files]
    #[arg(long, value_name = "DIR", global = true)]
    work: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy)]
struct Sample(usize, u64);

impl FromStr for Sample {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('/').ok_or("a number, a slash and a seed")?;
        let count = parts.0.parse().map_err(|_| "the number is none")?;
        let seed = parts.1.parse().map_err(|_| "the seed is none")?;
        Ok(Self(count, seed))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
enum Part {
    /// Kills before and after every system call of a run, and in the middle of every write
    Kills,
    /// Errors of the system at every call
    Errors,
    /// Every file of an index cut short, zeroed, flipped, removed, swapped or extended
    Damage,
    /// The order in which each run puts its files on disk
    Syncs,
    /// Losses of power on mounted file systems; needs root and loop devices
    Power,
    /// What each command touches beside its index: no socket, no other program, no other file
    Sockets,
    /// Writers and readers beside each other, for `GLEANER_FAULTS_SECONDS` (10); indexes deleted and replaced; locks
    Concurrent,
    /// All parts, and a table in Markdown
    All,
}

type Play = fn(&Settings) -> Outcome<Tally>;

/// All parts and what runs them, in the order of `all`.
const PARTS: [(Part, Play); 7] = [
    (Part::Syncs, gleaner_faults::syncs::run),
    (Part::Sockets, gleaner_faults::sockets::run),
    (Part::Kills, gleaner_faults::kills::run),
    (Part::Errors, gleaner_faults::errors::run),
    (Part::Damage, gleaner_faults::damage::run),
    (Part::Concurrent, gleaner_faults::concurrent::run),
    (Part::Power, gleaner_faults::power::run),
];

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match play(&arguments, &mut io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            let _ = writeln!(io::stderr(), "gleaner-faults: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether nothing was found.
fn play(arguments: &Arguments, out: &mut dyn Write) -> Outcome<bool> {
    if let Some(reason) = inject::refusal() {
        writeln!(
            out,
            "gleaner-faults: nothing done, as no process can be traced here: {reason}"
        )?;
        return Ok(true);
    }
    let settings = settings(&arguments.options)?;
    let mut tallies = Vec::new();
    for (part, play) in PARTS {
        if arguments.part == part || arguments.part == Part::All {
            let tally = play(&settings)?;
            tally.write(out, arguments.options.show)?;
            tallies.push(tally);
        }
    }
    if arguments.part == Part::All {
        writeln!(out)?;
        table(&tallies, out)?;
    }
    Ok(tallies.iter().all(|tally| tally.failures.is_empty()))
}

fn settings(options: &Options) -> Outcome<Settings> {
    let beside = || -> Outcome<PathBuf> { Ok(std::env::current_exe()?.with_file_name("gleaner")) };
    let path = options.gleaner.clone().map_or_else(beside, Ok)?;
    Ok(Settings {
        program: Program::new(&path)?,
        work: options.work.clone().unwrap_or_else(folder::workplace),
        jobs: options.jobs,
        sample: options.sample.map(|Sample(count, seed)| (count, seed)),
        limit: options.limit,
        only: options.only.clone(),
    })
}
