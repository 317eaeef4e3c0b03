//! Gleaner beside bare tantivy in the same run, by Criterion, to see what a change of the code changes.
//!
//! `cargo bench -p gleaner-benches --bench criterion` is on made articles, as many as
//! `GLEANER_DOCS` says (1,000), or on those of the folder that `GLEANER_CORPUS` names. Whatever follows
//! the dashes is Criterion's.

mod ingest;
mod query;

use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use gleaner_benches::corpus::Corpus;

fn corpus() -> Corpus {
    Corpus::of_environment(Path::new(env!("CARGO_TARGET_TMPDIR")), 1_000)
}

/// Few samples: there are over a hundred benches.
fn config() -> Criterion {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
}

criterion_group! {
    name = all;
    config = config();
    targets = ingest::ingest, query::query
}
criterion_main!(all);
