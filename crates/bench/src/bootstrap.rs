//! How far a mean may be off, without any model of what is measured.

use crate::random::Random;

/// Resamples a bootstrap takes.
const RESAMPLES: usize = 2000;

/// Seed of the random numbers by which it takes them.
const SEED: u64 = 1979;

/// A range in which a figure lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// Values by round (rows) and query (columns); every row is as long as the first.
pub(crate) type Table = Vec<Vec<f64>>;

/// The mean of all values.
pub(crate) fn mean(table: &Table) -> f64 {
    let values = || table.iter().flatten();
    values().sum::<f64>() / values().count().max(1) as f64
}

/// The interval that holds the mean of a table with a probability of `level` hundredths: the percentile bootstrap
/// (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13), with rounds and queries
/// drawn apart from each other and with replacement, for both are samples ("The pigeonhole bootstrap",
/// Owen, Annals of Applied Statistics 1, 2007). The same for the same table.
pub(crate) fn interval(table: &Table, level: usize) -> Interval {
    middle(&means(table, RESAMPLES), level)
}

/// The means of so many resamples of a table, the lowest first; none of a table without values.
fn means(table: &Table, resamples: usize) -> Vec<f64> {
    let rounds = table.len();
    let queries = table.first().map_or(0, Vec::len);
    if rounds == 0 || queries == 0 {
        return Vec::new();
    }
    let mut random = Random::new(SEED);
    let mut means = Vec::with_capacity(resamples);
    for _ in 0..resamples {
        let columns = times_drawn(queries, &mut random);
        let mut sum = 0.0;
        for _ in 0..rounds {
            let row = &table[random.below(rounds)];
            let row = row.iter().zip(&columns);
            sum += row.map(|(value, times)| value * times).sum::<f64>();
        }
        means.push(sum / (rounds * queries) as f64);
    }
    means.sort_by(f64::total_cmp);
    means
}

/// The range of the `level` hundredths of sorted values that are in the middle; all numbers if there are none.
fn middle(sorted: &[f64], level: usize) -> Interval {
    let outside = sorted.len() * (100 - level.min(100)) / 200;
    let inside = &sorted[outside..sorted.len() - outside];
    Interval {
        low: inside.first().copied().unwrap_or(f64::NEG_INFINITY),
        high: inside.last().copied().unwrap_or(f64::INFINITY),
    }
}

/// How often each of `count` things comes up when as many are drawn with replacement.
fn times_drawn(count: usize, random: &mut Random) -> Vec<f64> {
    let mut times = vec![0.0; count];
    for _ in 0..count {
        times[random.below(count)] += 1.0;
    }
    times
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_that_are_all_the_same_leave_no_doubt() {
        let table = vec![vec![0.5; 7]; 5];
        let Interval { low, high } = interval(&table, 99);
        assert!((low - 0.5).abs() < 1e-12 && (high - 0.5).abs() < 1e-12);
    }

    #[test]
    fn nothing_is_known_without_values() {
        let Interval { low, high } = interval(&Vec::new(), 99);
        assert!(low == f64::NEG_INFINITY && high == f64::INFINITY);
    }

    /// Means of tables with a known truth; the interval of 95 % is to hold it in about 95 of 100, and may
    /// in more, since both rounds and queries are drawn.
    #[test]
    fn the_interval_holds_the_truth_as_often_as_it_says() {
        let mut random = Random::new(7);
        let mut uniform = || random.next() as f64 / u64::MAX as f64 - 0.5;
        let mut held = 0;
        for _ in 0..100 {
            let by_round: Vec<f64> = (0..12).map(|_| uniform()).collect();
            let by_query: Vec<f64> = (0..12).map(|_| uniform()).collect();
            let row = |round: &f64| by_query.iter().map(|query| round + query).collect();
            let table: Table = by_round.iter().map(row).collect();
            let Interval { low, high } = interval(&table, 95);
            held += u32::from(low <= 0.0 && 0.0 <= high);
        }
        assert!(held >= 90, "{held} of 100");
    }

    proptest! {
        #[test]
        fn the_mean_lies_within_and_a_wider_level_is_wider(
            values in proptest::collection::vec(proptest::collection::vec(-1.0..1.0_f64, 4), 2..5)
        ) {
            // Few resamples do: there are thousands of cases.
            let means = means(&values, 200);
            let (narrow, wide) = (middle(&means, 50), middle(&means, 99));
            prop_assert!(wide.low <= narrow.low && narrow.high <= wide.high);
            let mean = mean(&values);
            prop_assert!(wide.low <= mean + 1e-9 && mean <= wide.high + 1e-9);
        }
    }
}
