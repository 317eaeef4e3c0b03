//! Indexing: all anew, nothing changed, one in a hundred changed. The number of articles that a run has
//! read is asserted.

use std::fs;
use std::path::{Path, PathBuf};

use criterion::{BatchSize, Criterion, Throughput};
use gleaner_benches::corpus::{Corpus, copy};
use gleaner_benches::peers::Kind;

const PROGRAMS: [Kind; 2] = [Kind::Gleaner, Kind::Apart];

/// All of it, on a copy of the articles.
pub(crate) fn ingest(criterion: &mut Criterion) {
    let corpus = crate::corpus();
    let place = tempfile::tempdir().expect("a temporary folder");
    let articles = place.path().join("articles");
    let changing = copy(&corpus.root, &articles);
    let (count, _) = corpus.size();
    let indexes = PROGRAMS.map(|kind| {
        let index = place.path().join(kind.name());
        assert_eq!(kind.index(&articles, &index), count);
        index
    });
    all(criterion, &corpus, count);
    unchanged(criterion, &articles, &indexes);
    changed(criterion, &articles, &indexes, &changing);
}

fn all(criterion: &mut Criterion, corpus: &Corpus, count: u64) {
    let mut group = criterion.benchmark_group("index all");
    group.throughput(Throughput::Elements(count));
    for kind in PROGRAMS {
        group.bench_function(kind.name(), |bencher| {
            bencher.iter_batched_ref(
                || tempfile::tempdir().expect("a temporary folder"),
                |place| kind.index(&corpus.root, &place.path().join("index")),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

fn unchanged(criterion: &mut Criterion, articles: &Path, indexes: &[PathBuf; 2]) {
    let mut group = criterion.benchmark_group("nothing changed");
    for (kind, index) in PROGRAMS.into_iter().zip(indexes) {
        group.bench_function(kind.name(), |bencher| {
            bencher.iter(|| assert_eq!(kind.update(articles, index), Some(0)));
        });
    }
    group.finish();
}

/// Each run finds a line more in the same articles.
fn changed(criterion: &mut Criterion, articles: &Path, indexes: &[PathBuf; 2], files: &[PathBuf]) {
    let mut group = criterion.benchmark_group("one in a hundred changed");
    let texts: Vec<Vec<u8>> = files
        .iter()
        .map(|file| fs::read(file).expect("a file"))
        .collect();
    let mut round = 0;
    for (kind, index) in PROGRAMS.into_iter().zip(indexes) {
        // What was changed for the program before.
        kind.update(articles, index);
        group.bench_function(kind.name(), |bencher| {
            bencher.iter_batched(
                || {
                    round += 1;
                    for (file, text) in files.iter().zip(&texts) {
                        let line = format!("\nchanged in run {round:0>9}\n");
                        fs::write(file, [text, line.as_bytes()].concat()).expect("written");
                    }
                },
                |()| assert_eq!(kind.update(articles, index), Some(files.len() as u64)),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}
