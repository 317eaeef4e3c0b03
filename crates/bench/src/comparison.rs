//! What the times of two programs say.

use crate::baseline::Baseline;
use crate::bootstrap::{Interval, Table, interval, mean};
use crate::duel::{Duel, Quartet};
use crate::measure::Timings;
use crate::queries::{Class, What};

/// Probability with which an interval holds the ratio, in hundredths.
pub const LEVEL: usize = 99;

/// Least difference that is told of, as a part of one: what is smaller may be the luck of how a program
/// was linked (Mytkowicz et al., "Producing wrong data without doing anything obviously wrong!", ASPLOS
/// 2009).
pub const LEAST: f64 = 0.02;

/// What is noise between figures that were not measured together: a machine that others share, or that
/// cools itself, may be slower by half some minutes later.
pub const APART: f64 = 0.5;

/// How far from the median of its query a round may be, in usual distances.
const FAR: f64 = 5.0;

/// Whether a program takes longer than another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The new one takes longer, by more than noise.
    Slower,
    /// The new one takes less time, by more than noise.
    Faster,
    /// No difference beyond noise.
    Same,
}

impl Verdict {
    /// The verdict on a ratio that lies in `ratio`, where differences up to `margin` are noise.
    pub fn of(ratio: Interval, margin: f64) -> Self {
        if ratio.low > 1.0 + margin {
            Self::Slower
        } else if ratio.high < 1.0 / (1.0 + margin) {
            Self::Faster
        } else {
            Self::Same
        }
    }

    /// The verdict in one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Slower => "slower",
            Self::Faster => "faster",
            Self::Same => "same",
        }
    }
}

/// How two programs compare over some of the searches.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// The class of the queries; `None` for all.
    pub class: Option<Class>,
    /// What was wanted; `None` for all.
    pub what: Option<What>,
    /// Number of queries.
    pub queries: usize,
    /// Time of the new program through that of the old one: the geometric mean over queries and rounds.
    pub ratio: f64,
    /// Where the ratio lies with a probability of 99 %.
    pub interval: Interval,
    /// How far from 1 the ratio of processes of the same program may be, by the outer end of its interval
    /// of 99 % in the same rounds; at least 0.02.
    pub noise: f64,
    /// What that says.
    pub verdict: Verdict,
}

/// How two programs compare.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// In all; then by class; then by what was wanted.
    pub rows: Vec<Row>,
    /// The queries of which the two found different numbers of articles, by their places.
    pub differing: Vec<usize>,
    /// Number of rounds; 0 for figures that were not measured together.
    pub rounds: usize,
}

impl Comparison {
    /// What a duel says.
    pub fn of(duel: &Duel) -> Self {
        let classes = Class::ALL.map(|class| (Some(class), None));
        let whats = What::ALL.map(|what| (None, Some(what)));
        let wanted = [(None, None)].into_iter().chain(classes).chain(whats);
        let totals = duel.totals.iter().enumerate();
        let differing = totals.filter(|(_, (old, new))| old != new);
        Self {
            rows: wanted
                .filter_map(|(class, what)| row(duel, class, what))
                .collect(),
            differing: differing.map(|(i, _)| i).collect(),
            rounds: duel.rounds.len(),
        }
    }

    /// What figures that were saved before say, next to those of now. This is much weaker: only what is
    /// beyond [`APART`] is told from noise.
    pub fn apart(before: &Baseline, now: &Timings) -> Self {
        let nanos = |time: std::time::Duration| time.as_nanos() as u64;
        let queries = before.queries.iter().zip(&before.medians).enumerate();
        let times = queries.map(|(i, (_, old))| {
            What::ALL.map(|what| Quartet {
                old: [old[what as usize]; 2],
                new: [nanos(now.median(i, what)); 2],
            })
        });
        let duel = Duel {
            rounds: vec![times.collect()],
            queries: before.queries.clone(),
            totals: before
                .totals
                .iter()
                .copied()
                .zip(now.totals.iter().copied())
                .collect(),
        };
        let mut comparison = Self::of(&duel);
        comparison.rounds = 0;
        for row in &mut comparison.rows {
            row.noise = APART;
            row.verdict = Verdict::of(row.interval, APART);
        }
        comparison
    }
}

fn row(duel: &Duel, class: Option<Class>, what: Option<What>) -> Option<Row> {
    let effects = table(duel, class, what, |times| {
        (ln(times.new[0]) + ln(times.new[1]) - ln(times.old[0]) - ln(times.old[1])) / 2.0
    });
    let queries = effects.first().map_or(0, Vec::len);
    if queries == 0 {
        return None;
    }
    // Two processes of the same program against two others, with the same spread as above.
    let control = table(duel, class, what, |times| {
        (ln(times.old[1]) + ln(times.new[1]) - ln(times.old[0]) - ln(times.new[0])) / 2.0
    });
    let Interval { low, high } = interval(&control, LEVEL);
    let noise = LEAST.max(low.abs().max(high.abs()).exp_m1());
    let logarithms = interval(&effects, LEVEL);
    let interval = Interval {
        low: logarithms.low.exp(),
        high: logarithms.high.exp(),
    };
    Some(Row {
        class,
        what,
        queries,
        ratio: mean(&effects).exp(),
        interval,
        noise,
        verdict: Verdict::of(interval, noise),
    })
}

fn ln(nanos: u64) -> f64 {
    (nanos.max(1) as f64).ln()
}

/// A value of the times of each round and query, the mean over what was wanted.
fn table(
    duel: &Duel,
    class: Option<Class>,
    what: Option<What>,
    value: impl Fn(&Quartet) -> f64,
) -> Table {
    let whats: Vec<What> = What::ALL
        .into_iter()
        .filter(|of| what.is_none_or(|what| what == *of))
        .collect();
    let of_round = |round: &Vec<[Quartet; 4]>| {
        let queries = round.iter().zip(&duel.queries);
        let wanted = queries.filter(|(_, query)| class.is_none_or(|class| query.class == class));
        let values = wanted.map(|(times, _)| {
            let values = whats.iter().map(|what| value(&times[*what as usize]));
            values.sum::<f64>() / whats.len() as f64
        });
        values.collect()
    };
    let mut table: Table = duel.rounds.iter().map(of_round).collect();
    temper(&mut table);
    table
}

/// Moves what is far from the median of its query, over the rounds, to [`FAR`] times the usual distance: a
/// neighbour that kept the processor busy for all the runs of a process says nothing of the program. The
/// usual distance is the median one over all queries, times 1.4826 as for a normal distribution (Hampel,
/// "The influence curve and its role in robust estimation", Journal of the American Statistical
/// Association 69, 1974). Queries may differ as they like.
fn temper(table: &mut Table) {
    let queries = table.first().map_or(0, Vec::len);
    let of_query = |query: usize| table.iter().map(|round| round[query]).collect();
    let medians: Vec<f64> = (0..queries).map(|query| median(of_query(query))).collect();
    let distances = table.iter().flat_map(|round| {
        let values = round.iter().zip(&medians);
        values.map(|(value, median)| (value - median).abs())
    });
    let most = FAR * 1.4826 * median(distances.collect());
    if most > 0.0 {
        for (value, median) in table
            .iter_mut()
            .flat_map(|round| round.iter_mut().zip(&medians))
        {
            *value = value.clamp(median - most, median + most);
        }
    }
}

/// The median, of an even number of values the mean of the two in the middle; 0 without values.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values[..] {
        [] => 0.0,
        _ if values.len().is_multiple_of(2) => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::random::Random;

    /// A duel on a machine whose speed wanders by half, with a luck of each process of up to 3 %, and with
    /// a new program that takes `factor` as long.
    fn duel(factor: f64, seed: u64) -> Duel {
        let mut random = Random::new(seed);
        let mut uniform =
            |low: f64, high: f64| low + (high - low) * (random.next() as f64 / u64::MAX as f64);
        let queries = crate::read_queries(&"term\ta\nand\ta AND b\n".repeat(10));
        let mut rounds = Vec::new();
        for _ in 0..8 {
            let luck = [(); 4].map(|()| uniform(0.985, 1.015));
            let mut round = Vec::new();
            for _ in &queries {
                round.push([(); 4].map(|()| {
                    let time = 1e5 * uniform(1.0, 1.5);
                    let nanos = |time: f64| Duration::from_secs_f64(time / 1e9).as_nanos() as u64;
                    let mut of = |i: usize| time * luck[i] * uniform(1.0, 1.1);
                    let old = [of(0), of(1)].map(nanos);
                    let new = [of(2), of(3)].map(|time| nanos(time * factor));
                    Quartet { old, new }
                }));
            }
            rounds.push(round);
        }
        Duel {
            totals: vec![(1, 1); queries.len()],
            queries,
            rounds,
        }
    }

    #[test]
    fn a_tenth_is_told_from_noise_and_noise_is_not_taken_for_more() {
        for seed in 0..3 {
            let verdicts = |factor| {
                let comparison = Comparison::of(&duel(factor, seed));
                comparison
                    .rows
                    .iter()
                    .map(|row| row.verdict)
                    .collect::<Vec<_>>()
            };
            assert_eq!(verdicts(1.0), [Verdict::Same; 7], "{seed}");
            assert_eq!(verdicts(1.1), [Verdict::Slower; 7], "{seed}");
            assert_eq!(verdicts(1.0 / 1.1), [Verdict::Faster; 7], "{seed}");
        }
    }

    #[test]
    fn programs_that_find_other_numbers_are_told() {
        let mut duel = duel(1.0, 1);
        duel.totals[3] = (5, 6);
        assert_eq!(Comparison::of(&duel).differing, [3]);
    }

    #[test]
    fn a_disturbed_round_is_moved_and_a_slow_query_is_not() {
        let mut table: Table = (0..9_u8)
            .map(|i| vec![0.01 * f64::from(i), 3.0 + 0.01 * f64::from(i)])
            .collect();
        let before = table.clone();
        temper(&mut table);
        assert_eq!(table, before);
        table[4][0] = -2.0;
        temper(&mut table);
        // The median is .03 without it, and the usual distance .025.
        let moved = 0.03 - 5.0 * 1.4826 * 0.025;
        assert!((table[4][0] - moved).abs() < 1e-9, "{}", table[4][0]);
        table[4][0] = before[4][0];
        assert_eq!(table, before);
        assert!((median(vec![4.0, 1.0, 3.0, 2.0]) - 2.5).abs() < 1e-12);
    }

    #[test]
    fn figures_measured_apart_tell_only_of_large_differences() {
        let timings = |micros: u64| {
            let mut timings = Timings::new(&crate::read_queries("a\nb\nc d"));
            timings.totals = vec![1, 2, 3];
            for (query, what) in (0..3).flat_map(|i| What::ALL.map(|what| (i, what))) {
                timings.add(query, what, Duration::from_micros(micros));
            }
            timings
        };
        let before = Baseline::of(&timings(100), "0.1.0", crate::Machine::default(), (3, 1));
        for (micros, verdict) in [
            (110, Verdict::Same),
            (180, Verdict::Slower),
            (50, Verdict::Faster),
        ] {
            let comparison = Comparison::apart(&before, &timings(micros));
            assert!(comparison.rows.iter().all(|row| row.verdict == verdict));
            assert_eq!((comparison.rounds, comparison.differing.len()), (0, 0));
        }
    }

    proptest! {
        #[test]
        fn a_difference_within_the_noise_is_none(low in 0.5..2.0_f64, width in 0.0..0.5_f64, noise in 0.02..0.5_f64) {
            let interval = Interval { low, high: low + width };
            let verdict = Verdict::of(interval, noise);
            let holds = |ratio: f64| interval.low <= ratio && ratio <= interval.high;
            if holds(1.0) || holds(1.0 + noise) || holds(1.0 / (1.0 + noise)) {
                prop_assert_eq!(verdict, Verdict::Same);
            }
            prop_assert_eq!(verdict == Verdict::Slower, low > 1.0 + noise);
        }
    }
}
