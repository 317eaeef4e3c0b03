//! Throughput of two threads against one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use gleaner_benches::figures::{Ratio, median};
use gleaner_benches::peers::{Kind, Peer};
use gleaner_benches::{Ask, Want};

use crate::report::table;
use crate::run::Run;

/// Puts all queries, in turn to whichever thread is free, to one searcher shared by the threads.
pub(crate) fn threads(run: &Run) {
    let asks: Vec<Ask> = run.asks().into_iter().flat_map(|(_, asks)| asks).collect();
    let mut rows = Vec::new();
    for want in [Want::Hits, Want::Snippets] {
        for kind in [Kind::Gleaner, Kind::Combined] {
            let peer = kind
                .open_shared(&run.index(kind))
                .expect("a searcher that is shared");
            let mut rates: [Vec<f64>; 2] = Default::default();
            for round in 0..run.rounds {
                for turn in 0..2 {
                    let threads = 1 + (turn + round) % 2;
                    rates[threads - 1].push(rate(&*peer, &asks, want, threads));
                }
            }
            rows.push(vec![
                kind.name().to_owned(),
                want.name().to_owned(),
                format!("{:.0}", median(&rates[0])),
                format!("{:.0}", median(&rates[1])),
                Ratio::of(&rates[1], &rates[0]).to_string(),
            ]);
        }
    }
    let columns = [
        "program",
        "wanted",
        "queries/s, 1 thread",
        "2 threads",
        "ratio",
    ];
    table(&columns, &rows);
}

/// Queries a second.
fn rate(peer: &(dyn Peer + Sync), asks: &[Ask], want: Want, threads: usize) -> f64 {
    let next = AtomicUsize::new(0);
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(ask) = asks.get(next.fetch_add(1, Ordering::Relaxed)) {
                    std::hint::black_box(peer.find(ask, want));
                }
            });
        }
    });
    asks.len() as f64 / started.elapsed().as_secs_f64()
}
