//! Times become figures.

use std::time::Instant;

use crate::ask::{Ask, Found, Want};
use crate::peers::Peer;

/// Runs in a row in each round, of which the fastest counts: the first finds the caches full of what
/// the other programs left.
const RUNS: usize = 3;
/// Microseconds after which a query is not put again in a round. More than the system takes the
/// processor away for, or a quick query that was interrupted would count as a slow one.
const LONG: f64 = 20_000.0;

/// The value that so many of a hundred do not exceed (nearest rank); 0 if there is none.
pub fn percentile(values: &[f64], hundredth: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let rank = (sorted.len() * hundredth).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

/// The value in the middle.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

/// How one thing compares with another, round by round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The median of the ratios.
    pub median: f64,
    /// The smallest.
    pub least: f64,
    /// The largest.
    pub most: f64,
}

impl Ratio {
    /// The ratios of figures of the same rounds.
    pub fn of(ours: &[f64], theirs: &[f64]) -> Self {
        let ratios: Vec<f64> = ours.iter().zip(theirs).map(|(a, b)| a / b).collect();
        Self {
            median: median(&ratios),
            least: percentile(&ratios, 0),
            most: percentile(&ratios, 100),
        }
    }
}

impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "**{:.2}** ({:.2}–{:.2})",
            self.median, self.least, self.most
        )
    }
}

/// Microseconds that each query of a class took, by rounds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Times {
    rounds: Vec<Vec<f64>>,
}

impl Times {
    /// A percentile over the queries of each round.
    pub fn percentiles(&self, hundredth: usize) -> Vec<f64> {
        let rounds = self.rounds.iter();
        rounds.map(|times| percentile(times, hundredth)).collect()
    }

    /// A percentile over the queries, each of which counts with the median of its rounds.
    pub fn percentile(&self, hundredth: usize) -> f64 {
        let queries = self.rounds.first().map_or(0, Vec::len);
        let of = |query: usize| -> Vec<f64> { self.rounds.iter().map(|r| r[query]).collect() };
        let medians: Vec<f64> = (0..queries).map(|query| median(&of(query))).collect();
        percentile(&medians, hundredth)
    }
}

/// Puts every query to every program in turn, in each round beginning with another program. `None`
/// for a program that has no such query.
pub fn measure(peers: &[&dyn Peer], asks: &[Ask], want: Want, rounds: usize) -> Vec<Option<Times>> {
    let able = |peer: &&dyn Peer| asks.iter().all(|ask| peer.find(ask, want).is_some());
    let mut all: Vec<Option<Times>> = peers
        .iter()
        .map(|peer| able(peer).then(Times::default))
        .collect();
    for round in 0..rounds {
        for times in all.iter_mut().flatten() {
            times.rounds.push(Vec::with_capacity(asks.len()));
        }
        for ask in asks {
            for turn in 0..peers.len() {
                let turn = (turn + round) % peers.len();
                if let Some(times) = &mut all[turn] {
                    times.rounds[round].push(least(peers[turn], ask, want));
                }
            }
        }
    }
    all
}

/// The least time of a few runs in a row, in microseconds.
fn least(peer: &dyn Peer, ask: &Ask, want: Want) -> f64 {
    let (mut least, mut all) = (f64::MAX, 0.0);
    for _ in 0..RUNS {
        let started = Instant::now();
        let found: Option<Found> = peer.find(ask, want);
        let took = started.elapsed().as_secs_f64() * 1e6;
        std::hint::black_box(found);
        least = least.min(took);
        all += took;
        if all > LONG {
            break;
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values() {
        let values = [3.0, 1.0, 2.0, 10.0];
        let of = |hundredth| percentile(&values, hundredth).to_string();
        assert_eq!([of(0), of(50), of(99)], ["1", "2", "10"]);
        assert_eq!(median(&[]).to_string(), "0");
    }

    #[test]
    fn one_interrupted_round_does_not_count() {
        let rounds = vec![vec![1.0, 5.0], vec![900.0, 6.0], vec![2.0, 7.0]];
        let times = Times { rounds };
        assert_eq!(times.percentile(99).to_string(), "6");
        assert_eq!(times.percentiles(50).len(), 3);
    }

    #[test]
    fn ratios_are_of_the_same_round() {
        let ratio = Ratio::of(&[2.0, 30.0, 4.0], &[1.0, 10.0, 1.0]);
        assert_eq!(ratio.to_string(), "**3.00** (2.00–4.00)");
    }
}
