//! Rows about indexing: all, nothing changed, a hundredth changed.

use std::fs;
use std::path::Path;

use gleaner_benches::corpus;
use gleaner_benches::figures::{Ratio, median};
use gleaner_benches::peers::Kind;

use crate::child::{Child, Cost};
use crate::report::{megabytes, seconds, table};
use crate::run::Run;

/// The programs whose way of indexing somebody would write. What the others are compared with is
/// [`Kind::Apart`].
const PROGRAMS: [Kind; 4] = [Kind::Gleaner, Kind::Apart, Kind::Combined, Kind::Fts5];

/// Every program indexes all articles anew.
pub(crate) fn full(run: &Run) {
    let programs = run.programs(&PROGRAMS, &PROGRAMS[..2]);
    let mut costs: [Vec<Cost>; PROGRAMS.len()] = Default::default();
    let (articles, bytes) = run.corpus.size();
    for round in 0..run.rounds {
        for turn in 0..programs.len() {
            let turn = (turn + round) % programs.len();
            let index = run.fresh("round");
            let cost = Child::Index.run(programs[turn], &run.corpus.root, &index);
            assert_eq!(cost.count, articles, "{}", programs[turn].name());
            costs[turn].push(cost);
            run.adopt(programs[turn], &index);
        }
    }
    let base = &costs[1];
    let rows = programs.iter().zip(&costs).map(|(kind, costs)| {
        let wall = median(&walls(costs));
        vec![
            kind.name().to_owned(),
            seconds(wall),
            Ratio::of(&walls(costs), &walls(base)).to_string(),
            seconds(median(&cpus(costs))),
            Ratio::of(&cpus(costs), &cpus(base)).to_string(),
            megabytes(costs.iter().map(|cost| cost.peak).max().unwrap_or_default()),
            format!("{:.0}", articles as f64 / wall * 1e6),
            format!("{:.1}", bytes as f64 / wall),
        ]
    });
    let columns = [
        "program",
        "wall s",
        "ratio",
        "CPU s",
        "ratio",
        "peak MB",
        "articles/s",
        "MB/s",
    ];
    table(&columns, &rows.collect::<Vec<_>>());
}

/// A run in which nothing changed, against looking at every file.
pub(crate) fn unchanged(run: &Run) {
    let root = &run.corpus.root;
    let programs = [Kind::Gleaner, Kind::Apart];
    let indexes = programs.map(|kind| run.index(kind));
    let mut costs: [Vec<Cost>; 3] = Default::default();
    for round in 0..run.rounds {
        for turn in 0..costs.len() {
            let turn = (turn + round) % costs.len();
            let cost = match turn.checked_sub(1) {
                None => Child::Floor.run(Kind::Gleaner, root, root),
                Some(turn) => {
                    let cost = Child::Update.run(programs[turn], root, &indexes[turn]);
                    assert_eq!(cost.count, 0, "{} read a file", programs[turn].name());
                    cost
                }
            };
            costs[turn].push(cost);
        }
    }
    let names = ["walk + stat", programs[0].name(), programs[1].name()];
    compare(&names, &costs, &costs[0]);
}

/// A run in which one article in a hundred has a line more, from the same index every round.
pub(crate) fn changed(run: &Run) {
    let copy = run.fresh("articles");
    let changed = corpus::copy(&run.corpus.root, &copy);
    let programs = [Kind::Gleaner, Kind::Apart];
    let indexes = programs.map(|kind| {
        let index = run.fresh(&format!("before-{}", kind.name()));
        Child::Index.run(kind, &copy, &index);
        index
    });
    let texts: Vec<Vec<u8>> = changed
        .iter()
        .map(|file| fs::read(file).expect("a file"))
        .collect();
    let mut costs: [Vec<Cost>; 2] = Default::default();
    for round in 0..run.rounds {
        for (file, text) in changed.iter().zip(&texts) {
            let line = format!("\n\nchanged in round {round}\n");
            let text = [text, line.as_bytes()].concat();
            fs::write(file, text).expect("written");
        }
        for turn in 0..programs.len() {
            let turn = (turn + round) % programs.len();
            let index = run.fresh("round");
            copy_flat(&indexes[turn], &index);
            let cost = Child::Update.run(programs[turn], &copy, &index);
            assert_eq!(
                cost.count,
                changed.len() as u64,
                "{}",
                programs[turn].name()
            );
            costs[turn].push(cost);
        }
    }
    let base = programs[1].name();
    println!("{} articles changed; ratios to {base}.\n", changed.len());
    compare(&programs.map(Kind::name), &costs, &costs[1]);
    fs::remove_dir_all(copy).expect("removed");
}

fn compare(names: &[&str], costs: &[Vec<Cost>], base: &[Cost]) {
    let rows = names.iter().zip(costs).map(|(name, costs)| {
        vec![
            (*name).to_owned(),
            seconds(median(&walls(costs))),
            Ratio::of(&walls(costs), &walls(base)).to_string(),
            seconds(median(&cpus(costs))),
            Ratio::of(&cpus(costs), &cpus(base)).to_string(),
            megabytes(costs.iter().map(|cost| cost.peak).max().unwrap_or_default()),
        ]
    });
    let columns = ["program", "wall s", "ratio", "CPU s", "ratio", "peak MB"];
    table(&columns, &rows.collect::<Vec<_>>());
}

fn walls(costs: &[Cost]) -> Vec<f64> {
    costs.iter().map(|cost| cost.wall).collect()
}

fn cpus(costs: &[Cost]) -> Vec<f64> {
    costs.iter().map(|cost| cost.cpu).collect()
}

fn copy_flat(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}
