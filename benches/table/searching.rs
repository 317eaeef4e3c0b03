//! Rows about searching in a process that runs, one thread, everything in memory.

use gleaner::Searcher;
use gleaner_benches::ask::Found;
use gleaner_benches::figures::{Ratio, Times, measure};
use gleaner_benches::peers::{Kind, Peer, gleaner_query};
use gleaner_benches::{Ask, Class, Want};

use crate::report::{micros, table};
use crate::run::Run;

/// The paths of the best ten.
pub(crate) fn hits(run: &Run) {
    row(run, Want::Hits, &Kind::ALL, &[Kind::Stems, Kind::Combined]);
}

/// The number of matches.
pub(crate) fn count(run: &Run) {
    row(run, Want::Count, &Kind::ALL, &[Kind::Stems, Kind::Combined]);
}

/// The titles of the best ten.
pub(crate) fn titles(run: &Run) {
    let programs = [Kind::Gleaner, Kind::Combined, Kind::Apart, Kind::Fts5];
    row(run, Want::Titles, &programs, &[Kind::Combined]);
}

/// Ten snippets.
pub(crate) fn snippets(run: &Run) {
    let programs = [Kind::Gleaner, Kind::Combined, Kind::Apart, Kind::Fts5];
    row(run, Want::Snippets, &programs, &[Kind::Combined]);
}

/// What feedback costs: either of two words, with it and without.
pub(crate) fn feedback(run: &Run) {
    let searcher = Searcher::open(run.index(Kind::Gleaner)).expect("an index");
    let with = Feedback(searcher.clone());
    let stems = Kind::Stems.open(&run.index(Kind::Stems));
    let asks = run.asks_of(Class::Or, 25);
    let times = measure(&[&with, &searcher, &*stems], &asks, Want::Hits, run.rounds);
    let columns = [
        "class",
        "queries",
        "with feedback p50 / p99 µs",
        "without",
        "tantivy-stems, without",
        "p50 to without",
        "p99 to without",
    ];
    table(&columns, &[figures(Class::Or, &asks, &times, &[1])]);
}

/// Gleaner with feedback, which none of the others has.
struct Feedback(Searcher);

impl Peer for Feedback {
    fn find(&self, ask: &Ask, _: Want) -> Option<Found> {
        let query = gleaner_query(ask).feedback(true).limit(10);
        let page = self.0.search_paths(&query).expect("a page");
        std::hint::black_box(&page.paths);
        Some(Found {
            total: Some(page.total),
            hits: Vec::new(),
        })
    }
}

/// Measures the classes with the first program, ours, against the others; `bases` are those that
/// ratios are given to.
fn row(run: &Run, want: Want, programs: &[Kind], bases: &[Kind]) {
    let programs = run.programs(programs, &[&[Kind::Gleaner], bases].concat());
    let peers: Vec<Box<dyn Peer>> = programs
        .iter()
        .map(|kind| kind.open(&run.index(*kind)))
        .collect();
    let peers: Vec<&dyn Peer> = peers.iter().map(|peer| &**peer).collect();
    let mut columns = vec!["class".to_owned(), "queries".to_owned()];
    columns.extend(
        programs
            .iter()
            .map(|kind| format!("{} p50 / p99 µs", kind.name())),
    );
    for base in bases {
        let name = base.name();
        columns.extend([format!("p50 to {name}"), format!("p99 to {name}")]);
    }
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let places: Vec<usize> = bases
        .iter()
        .map(|base| {
            programs
                .iter()
                .position(|kind| kind == base)
                .expect("measured")
        })
        .collect();
    let rows = run.asks().into_iter().map(|(class, asks)| {
        let times = measure(&peers, &asks, want, run.rounds);
        figures(class, &asks, &times, &places)
    });
    table(&columns, &rows.collect::<Vec<_>>());
}

fn figures(class: Class, asks: &[Ask], times: &[Option<Times>], bases: &[usize]) -> Vec<String> {
    let mut row = vec![class.name().to_owned(), asks.len().to_string()];
    row.extend(times.iter().map(|times| {
        times.as_ref().map_or("–".to_owned(), |times| {
            let [p50, p99] = [50, 99].map(|p| micros(times.percentile(p)));
            format!("{p50} / {p99}")
        })
    }));
    for base in bases {
        for p in [50, 99] {
            row.push(match (&times[0], &times[*base]) {
                (Some(ours), Some(theirs)) => {
                    Ratio::of(&ours.percentiles(p), &theirs.percentiles(p)).to_string()
                }
                _ => "–".to_owned(),
            });
        }
    }
    row
}
