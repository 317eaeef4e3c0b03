//! Searching and opening. One iteration is one query; they take turns. That the programs find the same
//! number of articles is asserted first.

use std::path::PathBuf;

use criterion::{BenchmarkId, Criterion};
use gleaner_benches::draw::Draw;
use gleaner_benches::peers::{Kind, Peer, assert_counts};
use gleaner_benches::{Class, Want};

/// Queries of each class.
const QUERIES: usize = 25;

/// All classes and whatever is wanted, then opening.
pub(crate) fn query(criterion: &mut Criterion) {
    let corpus = crate::corpus();
    let place = tempfile::tempdir().expect("a temporary folder");
    let [ours, stems, combined] = [Kind::Gleaner, Kind::Stems, Kind::Combined].map(|kind| {
        let index = place.path().join(kind.name());
        kind.index(&corpus.root, &index);
        (kind, index)
    });
    let draw = Draw::of(&corpus.root, &ours.1);
    search(criterion, &draw, Want::Hits, [&ours, &stems]);
    search(criterion, &draw, Want::Count, [&ours, &stems]);
    search(criterion, &draw, Want::Snippets, [&ours, &combined]);
    let mut group = criterion.benchmark_group("open");
    for (kind, index) in [&ours, &combined] {
        group.bench_function(kind.name(), |bencher| bencher.iter(|| kind.open(index)));
    }
    group.finish();
}

/// Every class, by Gleaner and by another program.
fn search(criterion: &mut Criterion, draw: &Draw, want: Want, programs: [&(Kind, PathBuf); 2]) {
    let peers = programs.map(|(kind, index)| kind.open(index));
    let mut group = criterion.benchmark_group(want.name());
    for class in Class::ALL {
        let asks = draw.asks(class, QUERIES);
        if asks.is_empty() {
            // Nothing to filter by.
            continue;
        }
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
