//! Timing searches within this process.

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use gleaner::{Query, Searcher};

use crate::figures::percentile;
use crate::queries::{BenchQuery, Class, What};

/// Hits on the page that is asked for.
pub const PAGE: usize = 10;

/// Times how often one thread, and then several, go through all queries.
const THROUGHPUT_ROUNDS: usize = 5;

/// How long one thread is measured at least; several have as much to do each.
const THROUGHPUT_TIME: Duration = Duration::from_millis(100);

/// Times work, and makes it take longer if it is told to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stopwatch {
    handicap: f64,
}

impl Stopwatch {
    /// A stopwatch that waits, busily, for so many hundredths of the time of each search before it stops:
    /// a program that is slower by a known amount.
    pub fn with_handicap(percent: u32) -> Self {
        Self {
            handicap: f64::from(percent) / 100.0,
        }
    }

    /// The result of `work` and how long it took.
    pub(crate) fn time<T>(self, work: impl FnOnce() -> T) -> (T, Duration) {
        let started = Instant::now();
        let result = black_box(work());
        let spent = started.elapsed();
        if self.handicap <= 0.0 {
            return (result, spent);
        }
        let until = spent.mul_f64(1.0 + self.handicap);
        loop {
            let spent = started.elapsed();
            if spent >= until {
                return (result, spent);
            }
            std::hint::spin_loop();
        }
    }
}

/// Puts a query, and gives how many articles match. The page is freed again.
pub(crate) fn search(searcher: &Searcher, what: What, text: &str) -> gleaner::Result<u64> {
    let query = Query::new(text).limit(PAGE);
    Ok(match what {
        What::Hits => searcher.search_paths(&query)?.total,
        What::Stored => searcher.search(&query.snippets(false))?.total,
        What::Snippets => searcher.search(&query)?.total,
        What::Count => searcher.search_paths(&query.limit(0))?.total,
    })
}

/// Times of searches, by query and what was wanted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Timings {
    /// The queries.
    pub queries: Vec<BenchQuery>,
    /// How many articles match each of them; empty where that was not counted.
    pub totals: Vec<u64>,
    /// For each query, the times of each of [`What::ALL`].
    times: Vec<[Vec<Duration>; 4]>,
}

impl Timings {
    pub(crate) fn new(queries: &[BenchQuery]) -> Self {
        Self {
            queries: queries.to_vec(),
            totals: Vec::new(),
            times: vec![<[Vec<Duration>; 4]>::default(); queries.len()],
        }
    }

    pub(crate) fn add(&mut self, query: usize, what: What, time: Duration) {
        self.times[query][what as usize].push(time);
    }

    /// All times of the queries of a class, or of all classes.
    pub fn of(&self, class: Option<Class>, what: What) -> Vec<Duration> {
        let queries = self.queries.iter().zip(&self.times);
        let wanted = queries.filter(|(query, _)| class.is_none_or(|class| query.class == class));
        wanted
            .flat_map(|(_, times)| times[what as usize].iter().copied())
            .collect()
    }

    /// The median time of a query; zero if there is none.
    pub fn median(&self, query: usize, what: What) -> Duration {
        let times = self.times.get(query).map(|times| &times[what as usize]);
        let mut times = times.cloned().unwrap_or_default();
        times.sort_unstable();
        percentile(&times, 50)
    }

    /// The share of the samples, from 0 to 1, that took over twice as long as the shortest one of the same
    /// search: how much else the machine had to do.
    pub fn disturbed(&self) -> f64 {
        let searches = || self.times.iter().flatten();
        let over = |times: &Vec<Duration>| {
            let least = times.iter().min().copied().unwrap_or_default();
            times.iter().filter(|time| **time > least * 2).count()
        };
        let samples: usize = searches().map(Vec::len).sum();
        searches().map(over).sum::<usize>() as f64 / samples.max(1) as f64
    }

    /// Number of queries of a class, or of all classes.
    pub fn count(&self, class: Option<Class>) -> usize {
        let wanted = |query: &&BenchQuery| class.is_none_or(|class| query.class == class);
        self.queries.iter().filter(wanted).count()
    }
}

/// Times every query `runs` times for each of [`What::ALL`], after a search that is not timed. Each run
/// goes through all of them, so that a machine that gets slower slows all alike.
///
/// # Errors
/// Those of [`Searcher::search`].
pub fn warm(
    searcher: &Searcher,
    queries: &[BenchQuery],
    runs: usize,
    stopwatch: Stopwatch,
) -> gleaner::Result<Timings> {
    let mut timings = Timings::new(queries);
    for query in queries {
        let totals = What::ALL.map(|what| search(searcher, what, &query.text));
        let [total, ..] = totals;
        timings.totals.push(total?);
    }
    for _ in 0..runs {
        for (i, query) in queries.iter().enumerate() {
            for what in What::ALL {
                let (found, time) = stopwatch.time(|| search(searcher, what, &query.text));
                found?;
                timings.add(i, what, time);
            }
        }
    }
    Ok(timings)
}

/// Searches in a second, by one thread and by several.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Throughput {
    /// Number of several threads.
    pub threads: usize,
    /// What was wanted.
    pub what: What,
    /// Searches in a second by one thread.
    pub one: f64,
    /// Searches in a second by all threads together.
    pub all: f64,
    /// Median of the ratios of rounds in which first one thread, then all were measured.
    pub ratio: f64,
}

/// Measures how many searches in a second one thread makes, and `threads` of them, by turns five times;
/// medians. Each thread takes the next query when it is done with one.
///
/// # Errors
/// Those of [`Searcher::search`].
pub fn throughput(
    searcher: &Searcher,
    queries: &[BenchQuery],
    (threads, what): (usize, What),
    stopwatch: Stopwatch,
) -> gleaner::Result<Throughput> {
    let job = |i: usize| {
        let text = &queries[i % queries.len()].text;
        stopwatch.time(|| search(searcher, what, text)).0
    };
    let pass = wall(1, queries.len(), &job)?.max(Duration::from_micros(1));
    let passes = THROUGHPUT_TIME.as_nanos().div_ceil(pass.as_nanos());
    let jobs = queries.len().saturating_mul(passes as usize);
    // As many for each thread: however many there are, they work for as long as the one did.
    let rate = |threads: usize| -> gleaner::Result<f64> {
        let jobs = jobs.saturating_mul(threads);
        Ok(jobs as f64 / wall(threads, jobs, &job)?.as_secs_f64().max(1e-9))
    };
    let (mut ones, mut alls, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..THROUGHPUT_ROUNDS {
        let (one, all) = (rate(1)?, rate(threads)?);
        ones.push(one);
        alls.push(all);
        ratios.push(all / one);
    }
    let median = |mut rates: Vec<f64>| {
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    };
    Ok(Throughput {
        threads,
        what,
        one: median(ones),
        all: median(alls),
        ratio: median(ratios),
    })
}

/// How long so many threads take for so many jobs, each taking the next one when it is done.
fn wall(
    threads: usize,
    jobs: usize,
    job: &(impl Fn(usize) -> gleaner::Result<u64> + Sync),
) -> gleaner::Result<Duration> {
    let next = AtomicUsize::new(0);
    let work = || -> gleaner::Result<()> {
        loop {
            match next.fetch_add(1, Ordering::Relaxed) {
                i if i < jobs => job(i)?,
                _ => return Ok(()),
            };
        }
    };
    let started = Instant::now();
    let done = std::thread::scope(|scope| {
        let spawned: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let own = work();
        let others = spawned.into_iter().map(std::thread::ScopedJoinHandle::join);
        others.fold(own, |done, other| {
            done.and(other.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    });
    done.map(|()| started.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handicap_takes_that_much_longer() {
        let work = || std::thread::sleep(Duration::from_millis(2));
        let started = Instant::now();
        let ((), time) = Stopwatch::with_handicap(400).time(work);
        assert!(time >= Duration::from_millis(10) && time <= started.elapsed());
        let ((), time) = Stopwatch::default().time(work);
        assert!(time >= Duration::from_millis(2));
    }

    #[test]
    fn all_queries_are_put_by_one_thread_and_by_several() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../seeds");
        let made = gleaner::ingest_in_memory(folder, &gleaner::IngestOptions::default());
        let searcher = Searcher::of(&made.expect("indexed").0).expect("a searcher");
        let queries = crate::read_queries("teaser\nnetflix film");
        let timings = warm(&searcher, &queries, 2, Stopwatch::default()).expect("timed");
        assert_eq!(timings.totals, [1, 3]);
        assert_eq!(timings.of(None, What::Stored).len(), 4);
        let wanted = (2, What::Count);
        let measured = throughput(&searcher, &queries, wanted, Stopwatch::default());
        let measured = measured.expect("measured");
        assert_eq!((measured.threads, measured.what), wanted);
        assert!(measured.one > 0.0 && measured.all > 0.0 && measured.ratio > 0.0);
    }

    #[test]
    fn every_job_is_done_once() {
        for threads in [1, 3] {
            let done: Vec<AtomicUsize> = (0..100).map(|_| AtomicUsize::new(0)).collect();
            let job = |i: usize| Ok(done[i].fetch_add(1, Ordering::Relaxed) as u64);
            wall(threads, 100, &job).expect("done");
            assert!(done.iter().all(|count| count.load(Ordering::Relaxed) == 1));
        }
    }

    #[test]
    fn times_are_kept_by_query_and_what() {
        let queries = crate::read_queries("term\ta\nor\tb c");
        let mut timings = Timings::new(&queries);
        for (query, what, micros) in [(0, What::Hits, 5), (1, What::Hits, 7), (1, What::Hits, 9)] {
            timings.add(query, what, Duration::from_micros(micros));
        }
        assert_eq!(timings.of(None, What::Hits).len(), 3);
        assert_eq!(timings.of(Some(Class::Term), What::Hits).len(), 1);
        assert!(timings.of(None, What::Count).is_empty());
        assert_eq!(timings.count(Some(Class::Or)), 1);
        assert_eq!(timings.median(1, What::Hits), Duration::from_micros(7));
        assert_eq!(timings.median(5, What::Hits), Duration::ZERO);
        assert!(timings.disturbed() <= 0.0);
        timings.add(1, What::Hits, Duration::from_micros(15));
        assert!((timings.disturbed() - 0.25).abs() < 1e-12);
    }
}
