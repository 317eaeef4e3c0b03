//! Two programs answering the same queries by turns.

use std::path::Path;
use std::time::Duration;

use crate::error::Result;
use crate::queries::{BenchQuery, What};
use crate::worker::Worker;

/// Timed runs of a search each time a worker is asked; the shortest counts.
const RUNS: usize = 3;

/// How long these take at most, unless one alone takes longer.
const BUDGET: Duration = Duration::from_millis(4);

/// A program that takes part.
#[derive(Debug, Clone, Copy)]
pub struct Contestant<'p> {
    /// Its file.
    pub program: &'p Path,
    /// What it is told besides the index.
    pub arguments: &'p [String],
}

/// The times of four processes in one round: of the old program twice, and of the new one twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quartet {
    /// Shortest time of each process of the old program, in nanoseconds.
    pub old: [u64; 2],
    /// Shortest time of each process of the new program, in nanoseconds.
    pub new: [u64; 2],
}

/// What two programs took for the same queries.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Duel {
    /// The queries.
    pub queries: Vec<BenchQuery>,
    /// Of each round and query, the times of each of [`What::ALL`].
    pub rounds: Vec<Vec<[Quartet; 4]>>,
    /// Of each query, how many articles the old and the new program find.
    pub totals: Vec<(u64, u64)>,
}

/// Has two programs answer queries by turns, in so many rounds.
///
/// A round starts two new processes of each, so that what is luck of a process (where its memory lies) is
/// luck again in the next round. Each search is put to old, new, new, old and back again, in the next round
/// to new, old, old, new; one process at a time works. Each time a search is made once untimed, then up to
/// three times within 4 ms; the shortest of the six times counts.
///
/// # Errors
/// [`Error::Program`](crate::Error::Program) if one does not run or does not answer, such as when it
/// cannot read the index.
pub fn compare(
    [old, new]: [Contestant<'_>; 2],
    index: &Path,
    queries: &[BenchQuery],
    rounds: usize,
    mut progress: impl FnMut(usize),
) -> Result<Duel> {
    let mut duel = Duel {
        queries: queries.to_vec(),
        ..Duel::default()
    };
    let start = |who: Contestant<'_>| Worker::start(who.program, index, who.arguments);
    for round in 0..rounds {
        progress(round);
        let mut workers = [start(old)?, start(new)?, start(new)?, start(old)?];
        let mut times = Vec::with_capacity(queries.len());
        for query in queries {
            let mut of_query = [Quartet::default(); 4];
            for what in What::ALL {
                let (totals, quartet) = ask_all(&mut workers, query, what, round)?;
                of_query[what as usize] = quartet;
                if round == 0 && what == What::Hits {
                    duel.totals.push(totals);
                }
            }
            times.push(of_query);
        }
        duel.rounds.push(times);
    }
    Ok(duel)
}

/// Asks old, new, new, old and back again; in odd rounds new, old, old, new. Gives what the programs found,
/// and the shortest time of each process.
fn ask_all(
    [old, new, new_too, old_too]: &mut [Worker; 4],
    query: &BenchQuery,
    what: What,
    round: usize,
) -> Result<((u64, u64), Quartet)> {
    let mut totals = [0; 4];
    let mut times = [u64::MAX; 4];
    let orders: [[usize; 4]; 2] = if round.is_multiple_of(2) {
        [[0, 1, 2, 3], [3, 2, 1, 0]]
    } else {
        [[1, 0, 3, 2], [2, 3, 0, 1]]
    };
    let workers = [old, new, new_too, old_too];
    for i in orders.into_iter().flatten() {
        let (total, time) = workers[i].ask(query, what, (RUNS, BUDGET))?;
        totals[i] = total;
        times[i] = times[i].min(time.max(1));
    }
    let quartet = Quartet {
        old: [times[0], times[3]],
        new: [times[1], times[2]],
    };
    Ok(((totals[0], totals[1]), quartet))
}
