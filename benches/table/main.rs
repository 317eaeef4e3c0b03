//! The table of `docs/benchmarks.md`: Gleaner beside bare tantivy and `SQLite` FTS5, in the same run.
//!
//! `cargo bench -p gleaner-benches --bench table -- NAME…` fills some rows, without names all; names of
//! classes and programs narrow what is measured. What the rows are is in the documentation, and `--list`
//! names them.

#![allow(
    clippy::print_stdout,
    reason = "what it measures is for people to read"
)]

mod child;
mod cold;
mod indexing;
mod report;
mod run;
mod searching;
mod size;
mod threads;

use std::path::Path;
use std::process::ExitCode;

use gleaner_benches::Class;
use gleaner_benches::corpus::{Corpus, Profile};
use gleaner_benches::peers::Kind;

use report::{heading, table};
use run::Run;

/// A row, or a few that are measured together.
struct Row {
    name: &'static str,
    what: &'static str,
    fill: fn(&Run),
}

const ROWS: [Row; 13] = [
    row("corpus", "what the articles are like", corpus),
    row(
        "index",
        "full index: time, processor, memory",
        indexing::full,
    ),
    row("size", "size of the index, and of what", size::sizes),
    row(
        "unchanged",
        "a run in which nothing changed",
        indexing::unchanged,
    ),
    row(
        "changed",
        "a run in which one article in a hundred changed",
        indexing::changed,
    ),
    row("cold", "a process that searches once", cold::cold),
    row("open", "opening an index", cold::open),
    row("hits", "top 10, hits only", searching::hits),
    row("count", "number of matches", searching::count),
    row("titles", "top 10 with titles", searching::titles),
    row("snippets", "top 10 with snippets", searching::snippets),
    row("feedback", "top 10 with feedback", searching::feedback),
    row("threads", "two threads against one", threads::threads),
];

const fn row(name: &'static str, what: &'static str, fill: fn(&Run)) -> Row {
    Row { name, what, fill }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == child::NAME) {
        child::main(&arguments[1..]);
        return ExitCode::SUCCESS;
    }
    // Cargo says `--bench`, or `--test` for a run that only has to work.
    let is_test = arguments.iter().any(|argument| argument == "--test");
    let names: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|name| !["--bench", "--test"].contains(name))
        .collect();
    if names == ["--list"] {
        for Row { name, what, .. } in ROWS {
            println!("{name:<12}{what}");
        }
        return ExitCode::SUCCESS;
    }
    let class = |name: &&str| Class::ALL.into_iter().find(|class| class.name() == *name);
    let classes: Vec<Class> = names.iter().filter_map(class).collect();
    let programs: Vec<Kind> = names.iter().filter_map(|name| Kind::of(name)).collect();
    let is_row = |name: &str| ROWS.iter().any(|row| row.name == name);
    if let Some(name) = names
        .iter()
        .find(|name| class(name).is_none() && Kind::of(name).is_none() && !is_row(name))
    {
        println!("no row is called {name}; --list names them all");
        return ExitCode::from(2);
    }
    let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let corpus = Corpus::of_environment(place, if is_test { 60 } else { 1_000 });
    let run = Run::new(corpus, classes, programs, is_test);
    run.introduce();
    let is_all = !names.iter().any(|name| is_row(name));
    for Row { name, what, fill } in ROWS {
        if is_all || names.contains(&name) {
            heading(name, what);
            fill(&run);
        }
    }
    ExitCode::SUCCESS
}

fn corpus(run: &Run) {
    let profile = Profile::of(&run.corpus.root);
    let rows = profile
        .rows()
        .into_iter()
        .map(|(what, figure)| vec![what, figure]);
    table(&["what", &run.corpus.name], &rows.collect::<Vec<_>>());
}
