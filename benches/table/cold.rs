//! Rows about starting: a process that searches once, and opening an index.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use gleaner_benches::figures::{Ratio, median, percentile};
use gleaner_benches::peers::Kind;
use gleaner_benches::{Ask, Class, Want};

use crate::child;
use crate::report::{micros, table};
use crate::run::Run;

const PROGRAMS: [Kind; 3] = [Kind::Gleaner, Kind::Combined, Kind::Fts5];

/// Two words, either of which is enough, as a process from its start to its end.
pub(crate) fn cold(run: &Run) {
    let command = gleaner();
    match &command {
        Some(path) => println!("Gleaner is the command beside this bench, {}.\n", age(path)),
        None => println!(
            "There is no command beside this bench, so Gleaner is the library in the bench's own \
             process, as tantivy and FTS5 are; `cargo build --release` makes one.\n"
        ),
    }
    let indexes = PROGRAMS.map(|kind| run.index(kind));
    let asks = run.asks_of(Class::Or, 10);
    let mut rows = Vec::new();
    for want in [Want::Hits, Want::Snippets] {
        let mut times = PROGRAMS.map(|_| Vec::new());
        for round in 0..run.rounds {
            let mut of_round = PROGRAMS.map(|_| Vec::new());
            for ask in &asks {
                for turn in 0..PROGRAMS.len() {
                    let turn = (turn + round) % PROGRAMS.len();
                    let (kind, index) = (PROGRAMS[turn], &indexes[turn]);
                    let make = || process(kind, index, want, ask, command.as_deref());
                    of_round[turn].push(least(make));
                }
            }
            for (times, of_round) in times.iter_mut().zip(&of_round) {
                times.push(median(of_round));
            }
        }
        rows.extend(rows_of(want.name(), &times));
    }
    table(&["process", "program", "ms", "ratio"], &rows);
}

fn rows_of(what: &str, times: &[Vec<f64>; 3]) -> Vec<Vec<String>> {
    let row = |(kind, own): (Kind, &Vec<f64>)| {
        vec![
            what.to_owned(),
            kind.name().to_owned(),
            format!("{:.2}", median(own) / 1e3),
            Ratio::of(own, &times[1]).to_string(),
        ]
    };
    PROGRAMS.into_iter().zip(times).map(row).collect()
}

/// Opening an index in a process that runs: the reader, and what is read before the first query.
pub(crate) fn open(run: &Run) {
    let indexes = PROGRAMS.map(|kind| run.index(kind));
    let mut times = PROGRAMS.map(|_| Vec::new());
    for round in 0..run.rounds * 5 {
        for turn in 0..PROGRAMS.len() {
            let turn = (turn + round) % PROGRAMS.len();
            let started = Instant::now();
            black_box(PROGRAMS[turn].open(&indexes[turn]));
            times[turn].push(started.elapsed().as_secs_f64() * 1e6);
        }
    }
    let rows = PROGRAMS.iter().zip(&times).map(|(kind, own)| {
        vec![
            kind.name().to_owned(),
            micros(percentile(own, 0)),
            micros(median(own)),
            Ratio::of(own, &times[1]).to_string(),
        ]
    });
    table(
        &["program", "least µs", "p50 µs", "ratio"],
        &rows.collect::<Vec<_>>(),
    );
}

/// The least of three times of a process, in microseconds.
fn least(make: impl Fn() -> Command) -> f64 {
    let time = |()| {
        let started = Instant::now();
        let mut command = make();
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(status.expect("a process").success(), "{command:?}");
        started.elapsed().as_secs_f64() * 1e6
    };
    [(); 3].map(time).into_iter().fold(f64::MAX, f64::min)
}

fn process(kind: Kind, index: &Path, want: Want, ask: &Ask, gleaner: Option<&Path>) -> Command {
    let Some(gleaner) = gleaner.filter(|_| kind == Kind::Gleaner) else {
        return child::search(kind, index, want, &ask.words);
    };
    let mut command = Command::new(gleaner);
    command
        .arg("search")
        .arg("--index")
        .arg(index)
        .arg("--plain");
    if want == Want::Hits {
        command.args(["--format", "paths"]);
    }
    command.args(&ask.words);
    command
}

/// The command that was built in the same profile, if it was.
fn gleaner() -> Option<PathBuf> {
    let bench = std::env::current_exe().ok()?;
    let command = bench.parent()?.parent()?.join("gleaner");
    command.exists().then_some(command)
}

/// Says if the command is older than this bench, and so perhaps than the library in it.
fn age(command: &Path) -> &'static str {
    let changed = |path: &Path| {
        fs::metadata(path)
            .and_then(|metadata| metadata.modified())
            .ok()
    };
    let bench = std::env::current_exe().ok();
    if bench.and_then(|bench| changed(&bench)) > changed(command) {
        "built before it: `cargo build --release` if something changed"
    } else {
        "built after it"
    }
}
