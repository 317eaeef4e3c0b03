//! Indexing and searching a made corpus of 2,000 articles, or the folder `GLEANER_CORPUS` names.
//!
//! Each benchmark asserts the number of hits first, so that it cannot time nothing.

use std::path::PathBuf;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gleaner::{IngestOptions, Query, Searcher};

mod made;

use made::made_corpus;

fn benches(criterion: &mut Criterion) {
    let (_keep, articles) = if let Some(folder) = std::env::var_os("GLEANER_CORPUS") {
        (None, PathBuf::from(folder))
    } else {
        let (dir, path) = made_corpus(2_000);
        (Some(dir), path)
    };
    let place = tempfile::tempdir().expect("a temporary folder");
    let index = place.path().join("index");
    let options = IngestOptions::default();
    let report = gleaner::ingest(&articles, &index, &options).expect("indexed");
    assert!(report.articles > 0, "{report}");

    let mut group = criterion.benchmark_group("ingest");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(report.articles));
    group.bench_function("all", |bencher| {
        bencher.iter_with_large_drop(|| {
            let place = tempfile::tempdir().expect("a temporary folder");
            let run = gleaner::ingest(&articles, place.path(), &options).expect("indexed");
            assert_eq!(run.articles, report.articles);
            place
        });
    });
    group.bench_function("nothing changed", |bencher| {
        bencher.iter(|| {
            let run = gleaner::ingest(&articles, &index, &options).expect("indexed");
            assert_eq!(run.opened, 0);
        });
    });
    group.finish();

    let mut group = criterion.benchmark_group("search");
    let searcher = Searcher::open(&index).expect("an index");
    let words = if std::env::var_os("GLEANER_CORPUS").is_some() {
        ["window", "window message", "\"device context\"", "wind*"]
    } else {
        ["w50", "w50 w500", "\"w1 w2\"", "w50*"]
    };
    for query in words {
        let total = searcher.search(&Query::new(query)).expect("a page").total;
        assert!(total > 0, "{query}");
        for (what, limit) in [("count", 0), ("10 hits with snippets", 10)] {
            let query = Query::new(query).limit(limit);
            let id = BenchmarkId::new(what, query.text());
            group.bench_with_input(id, &query, |bencher, query| {
                bencher.iter(|| searcher.search(query).expect("a page"));
            });
        }
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
