//! Times summed up.

use std::time::Duration;

/// What times of many searches amount to.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Figures {
    /// Number of timed searches.
    pub samples: usize,
    /// The time that half of them do not exceed.
    pub p50: Duration,
    /// The time that 95 of 100 do not exceed.
    pub p95: Duration,
    /// The time that 99 of 100 do not exceed.
    pub p99: Duration,
    /// The arithmetic mean.
    pub mean: Duration,
    /// Searches in a second, one after another: one through the mean.
    pub per_second: f64,
}

impl Figures {
    /// The figures of these times, each of which counts as much as any other; `None` without times.
    pub fn of(mut times: Vec<Duration>) -> Option<Self> {
        if times.is_empty() {
            return None;
        }
        times.sort_unstable();
        let all: Duration = times.iter().sum();
        let mean = all / u32::try_from(times.len()).unwrap_or(u32::MAX);
        Some(Self {
            samples: times.len(),
            p50: percentile(&times, 50),
            p95: percentile(&times, 95),
            p99: percentile(&times, 99),
            mean,
            per_second: times.len() as f64 / all.as_secs_f64().max(1e-9),
        })
    }
}

/// The smallest of the sorted times that `percent` of 100 do not exceed: the nearest rank, definition 1 of
/// Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996). It is
/// a time that was measured. Zero without times.
pub fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted
        .get(rank - 1)
        .or(sorted.last())
        .copied()
        .unwrap_or_default()
}

/// A range of times, and how many there are in it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Bucket {
    /// The end of the range, in microseconds, not included: 1, or √2 of the end before.
    pub up_to: f64,
    /// Times in it.
    pub count: u64,
}

/// The bucket a time is in: 0 below a microsecond, and two for each doubling from there.
fn bucket_of(time: Duration) -> usize {
    // In whole numbers: the square of a time doubles with each bucket.
    let nanos = time.as_nanos().min(u128::from(u64::MAX));
    let squared = nanos * nanos / 1_000_000;
    squared
        .checked_ilog2()
        .map_or(0, |doublings| 1 + doublings as usize)
}

/// How the times are distributed, from the bucket of the shortest to that of the longest.
pub fn histogram(times: &[Duration]) -> Vec<Bucket> {
    let buckets = || times.iter().map(|time| bucket_of(*time));
    let (Some(first), Some(last)) = (buckets().min(), buckets().max()) else {
        return Vec::new();
    };
    let up_to = |bucket: usize| (bucket as f64 / 2.0).exp2();
    let empty = |bucket| Bucket {
        up_to: up_to(bucket),
        count: 0,
    };
    let mut histogram: Vec<Bucket> = (first..=last).map(empty).collect();
    for bucket in buckets() {
        histogram[bucket - first].count += 1;
    }
    histogram
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn micros(times: &[u64]) -> Vec<Duration> {
        times.iter().copied().map(Duration::from_micros).collect()
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times = micros(&[10, 20, 30, 40]);
        assert_eq!(percentile(&times, 50), times[1]);
        assert_eq!(percentile(&times, 51), times[2]);
        assert_eq!(percentile(&times, 100), times[3]);
        assert_eq!(percentile(&times, 0), times[0]);
        assert_eq!(percentile(&[], 50), Duration::ZERO);
    }

    #[test]
    fn figures_sum_up_all_times() {
        let figures = Figures::of(micros(&[400, 100, 100, 200])).expect("figures");
        assert_eq!((figures.samples, figures.p50), (4, micros(&[100])[0]));
        assert_eq!(figures.mean, micros(&[200])[0]);
        assert!((figures.per_second - 5000.0).abs() < 1e-6);
        assert_eq!(Figures::of(Vec::new()), None);
    }

    #[test]
    fn buckets_double_every_second_time() {
        let shown: Vec<(f64, u64)> = histogram(&micros(&[0, 1, 2, 3, 4]))
            .iter()
            .map(|bucket| ((bucket.up_to * 100.0).round() / 100.0, bucket.count))
            .collect();
        assert_eq!(
            shown,
            [
                (1.0, 1),
                (1.41, 1),
                (2.0, 0),
                (2.83, 1),
                (4.0, 1),
                (5.66, 1)
            ]
        );
        assert_eq!(histogram(&[]), []);
    }

    proptest! {
        #[test]
        fn percentiles_are_in_order_and_nothing_is_lost(times in proptest::collection::vec(0..10_000_000_u64, 1..200)) {
            let times = micros(&times);
            let counted: u64 = histogram(&times).iter().map(|bucket| bucket.count).sum();
            prop_assert_eq!(counted, times.len() as u64);
            let (least, most) = (times.iter().min().copied(), times.iter().max().copied());
            let figures = Figures::of(times).expect("figures");
            prop_assert!(least <= Some(figures.p50) && figures.p50 <= figures.p95);
            prop_assert!(figures.p95 <= figures.p99 && Some(figures.p99) <= most);
            prop_assert!(least <= Some(figures.mean) && Some(figures.mean) <= most);
        }
    }
}
