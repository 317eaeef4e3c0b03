//! Searching and opening, Gleaner beside bare tantivy in the same run: `cargo bench --bench query`.
//!
//! On made articles, as many as `GLEANER_DOCS` says (1,000), or those of the folder that
//! `GLEANER_CORPUS` names. One iteration is one query; they take turns. That the programs find the
//! same number of articles is asserted first.

use std::path::{Path, PathBuf};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use gleaner_benches::corpus::Corpus;
use gleaner_benches::draw::Draw;
use gleaner_benches::peers::{Kind, Peer, assert_counts};
use gleaner_benches::{Class, Want};

/// Queries of each class.
const QUERIES: usize = 25;

fn benches(criterion: &mut Criterion) {
    let corpus = Corpus::of_environment(Path::new(env!("CARGO_TARGET_TMPDIR")), 1_000);
    let place = tempfile::tempdir().expect("a temporary folder");
    let [ours, stems, combined] = [Kind::Gleaner, Kind::Stems, Kind::Combined].map(|kind| {
        let index = place.path().join(kind.name());
        kind.index(&corpus.root, &index);
        (kind, index)
    });
    search(criterion, &corpus, Want::Hits, [&ours, &stems]);
    search(criterion, &corpus, Want::Count, [&ours, &stems]);
    search(criterion, &corpus, Want::Snippets, [&ours, &combined]);
    let mut group = criterion.benchmark_group("open");
    for (kind, index) in [&ours, &combined] {
        group.bench_function(kind.name(), |bencher| bencher.iter(|| kind.open(index)));
    }
    group.finish();
}

/// Every class, by Gleaner and by another program.
fn search(criterion: &mut Criterion, corpus: &Corpus, want: Want, programs: [&(Kind, PathBuf); 2]) {
    let peers = programs.map(|(kind, index)| kind.open(index));
    let draw = Draw::of(&corpus.root, &programs[0].1);
    let mut group = criterion.benchmark_group(want.name());
    for class in Class::ALL {
        let asks = draw.asks(class, QUERIES);
        if programs[1].0 == Kind::Stems {
            assert_counts(&*peers[0], &*peers[1], &asks);
        }
        for (peer, (kind, _)) in peers.iter().zip(programs) {
            let peer: &dyn Peer = &**peer;
            let id = BenchmarkId::new(class.name(), kind.name());
            let mut asks = asks.iter().cycle();
            group.bench_function(id, |bencher| {
                bencher.iter(|| asks.next().and_then(|ask| peer.find(ask, want)));
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = all;
    config = Criterion::default().sample_size(20);
    targets = benches
}
criterion_main!(all);
