//! Times of searches as tables.

use std::io::Write;
use std::time::Duration;

use gleaner_bench::{
    Bucket, Class, Figures, LEVEL, PAGE, Row, SEED, Throughput, Timings, Verdict, What, histogram,
};

use super::human_bytes;
use crate::commands::bench::{BenchReport, Compared, Source};
use crate::console::{Console, Stream};
use crate::failure::Failure;

/// Levels of a histogram on a terminal, from nothing to the most.
const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Levels of a histogram elsewhere.
const SIGNS: [char; 9] = [' ', '.', ':', '-', '=', '+', '*', '#', '@'];

/// Queries that are named where two programs find different numbers of articles.
const MOST_NAMED: usize = 3;

/// Share of disturbed samples from which on a machine is called busy.
const BUSY: f64 = 0.02;

/// Writes what was measured: where, then a table for each way to search.
pub(crate) fn write_bench(report: &BenchReport, console: &mut Console<'_>) -> Result<(), Failure> {
    let levels = if console.out.is_terminal {
        &BLOCKS
    } else {
        &SIGNS
    };
    let out = &mut console.out;
    write_circumstances(report, out)?;
    if let Some(warm) = &report.warm {
        let times = format!("each {} times after one that is not timed", report.runs);
        write_tables(
            "warm",
            &format!("searches in this process, {times}"),
            (warm, levels),
            out,
        )?;
    }
    if let Some(cold) = &report.cold {
        let times = format!("each {} times", report.cold_runs());
        let what = format!("a new `gleaner search` for each, from its start to its end, {times}");
        write_tables("cold", &what, (cold, levels), out)?;
    } else if report.compared.is_none() {
        writeln!(out)?;
        writeln!(
            out,
            "cold: not measured, this program cannot be started again"
        )?;
    }
    let disturbed = report.warm.as_ref().map_or(0.0, Timings::disturbed);
    if disturbed > BUSY {
        writeln!(out)?;
        writeln!(
            out,
            "the machine is busy: {:.0} % of the warm searches took over twice as long as the shortest \
             run of the same one",
            disturbed * 100.0
        )?;
    }
    write_throughput(&report.throughput, out)?;
    if let Some(compared) = &report.compared {
        write_comparison(compared, out)?;
    }
    Ok(())
}

fn write_circumstances(report: &BenchReport, out: &mut Stream<'_>) -> Result<(), Failure> {
    let (machine, status) = (&report.machine, &report.status);
    let plural = |count: usize, noun: &str| match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    };
    let mut row = |name: &str, value: String| writeln!(out, "{name:<10} {value}");
    row("program", format!("gleaner {}", env!("CARGO_PKG_VERSION")))?;
    let (cpu, os) = (&machine.cpu, &machine.os);
    row(
        "machine",
        format!("{cpu}, {}, {os}", plural(machine.cores, "processor")),
    )?;
    let segments = plural(status.segments, "segment");
    let size = human_bytes(status.bytes);
    row(
        "index",
        format!("{} articles, {size} in {segments}", status.articles),
    )?;
    let source = match report.source {
        Source::Articles => format!("made of the articles (seed {SEED})"),
        Source::File => "of a file".to_owned(),
        Source::Kept => "of the kept run".to_owned(),
    };
    row("queries", format!("{}, {source}", report.queries.len()))?;
    let missing = Class::ALL.into_iter();
    let missing = missing.filter(|class| report.queries.iter().all(|query| query.class != *class));
    let missing: Vec<&str> = missing.map(Class::name).collect();
    if !missing.is_empty() {
        row("", format!("none of the class {}", missing.join(", ")))?;
    }
    if report.handicap > 0 {
        row(
            "handicap",
            format!("every search is made to take {} % longer", report.handicap),
        )?;
    }
    Ok(())
}

/// Writes a table for everything that is wanted of an answer.
fn write_tables(
    start: &str,
    how: &str,
    (timings, levels): (&Timings, &[char; 9]),
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    writeln!(out)?;
    writeln!(out, "{start}: {how}")?;
    for what in What::ALL {
        let wanted = match what {
            What::Hits => format!("paths of the best {PAGE}"),
            What::Stored => format!("the best {PAGE} with front matter, without passages"),
            What::Snippets => format!("the best {PAGE} with passages"),
            What::Count => "how many there are".to_owned(),
        };
        writeln!(out)?;
        writeln!(out, "{start}, {}: {wanted}", what.name())?;
        let all = histogram(&timings.of(None, what));
        if let (Some(first), Some(last)) = (all.first(), all.last()) {
            let (from, to) = (first.up_to / 2_f64.sqrt(), last.up_to);
            let (from, to) = (
                shown(Duration::from_secs_f64(from / 1e6)),
                shown(Duration::from_secs_f64(to / 1e6)),
            );
            writeln!(
                out,
                "          searches       p50       p95       p99      mean      /s  {from} to {to}"
            )?;
        }
        for class in Class::ALL.map(Some).into_iter().chain([None]) {
            let times = timings.of(class, what);
            let line = line(&histogram(&times), &all, levels);
            let Some(figures) = Figures::of(times) else {
                continue;
            };
            write_row(class.map_or("all", Class::name), &figures, &line, out)?;
        }
    }
    Ok(())
}

fn write_row(
    name: &str,
    figures: &Figures,
    line: &str,
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    let times = [figures.p50, figures.p95, figures.p99, figures.mean].map(shown);
    let [p50, p95, p99, mean] = times;
    let (samples, rate) = (figures.samples, figures.per_second);
    let row =
        format!("{name:<9} {samples:>8} {p50:>9} {p95:>9} {p99:>9} {mean:>9} {rate:>7.0}  {line}");
    writeln!(out, "{}", row.trim_end())?;
    Ok(())
}

/// A histogram as a line of signs, one for each bucket of `all`.
fn line(buckets: &[Bucket], all: &[Bucket], levels: &[char; 9]) -> String {
    let most = buckets.iter().map(|bucket| bucket.count).max().unwrap_or(0);
    let count = |of: &Bucket| {
        let same = |bucket: &&Bucket| (bucket.up_to - of.up_to).abs() < 1e-9 * of.up_to;
        buckets.iter().find(same).map_or(0, |bucket| bucket.count)
    };
    let level = |count: u64| (count * 8).div_ceil(most.max(1)) as usize;
    all.iter()
        .map(|of| levels[level(count(of)).min(8)])
        .collect()
}

/// A time in the unit that leaves one to three digits before the point.
fn shown(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    let (value, unit) = match micros {
        m if m < 999.5 => (m, "µs"),
        m if m < 999_500.0 => (m / 1e3, "ms"),
        m => (m / 1e6, "s"),
    };
    let digits = match value {
        v if v < 9.995 => 2,
        v if v < 99.95 => 1,
        _ => 0,
    };
    format!("{value:.digits$} {unit}")
}

fn write_throughput(measured: &[Throughput], out: &mut Stream<'_>) -> Result<(), Failure> {
    let Some(first) = measured.first() else {
        return Ok(());
    };
    let threads = first.threads;
    writeln!(out)?;
    writeln!(
        out,
        "throughput: all queries by one thread and by {threads}, five times by turns; medians"
    )?;
    writeln!(
        out,
        "           one thread/s  {:>12}  ratio",
        format!("{threads} threads/s")
    )?;
    for Throughput {
        what,
        one,
        all,
        ratio,
        ..
    } in measured
    {
        writeln!(
            out,
            "{:<9} {one:>13.0}  {all:>12.0}  {ratio:>5.2}",
            what.name()
        )?;
    }
    Ok(())
}

fn write_comparison(compared: &Compared, out: &mut Stream<'_>) -> Result<(), Failure> {
    let Compared {
        name,
        before,
        comparison,
        apart,
    } = compared;
    let version = &before.version;
    writeln!(out)?;
    writeln!(
        out,
        "against `{name}` (gleaner {version}): time of this program through its time"
    )?;
    match apart {
        None => writeln!(
            out,
            "both searched by turns, in {} rounds",
            comparison.rounds
        )?,
        Some(why) => {
            writeln!(
                out,
                "its figures of then, since they could not search by turns ({why})"
            )?;
            writeln!(
                out,
                "a machine may be slower by half another time: only more than that is told"
            )?;
        }
    }
    writeln!(out, "          queries  ratio  {LEVEL} % interval  noise")?;
    for row in &comparison.rows {
        write_ratio(row, out)?;
    }
    if !comparison.differing.is_empty() {
        let texts = comparison.differing.iter();
        let texts = texts.filter_map(|i| Some(format!("`{}`", before.queries.get(*i)?.text)));
        let named: Vec<String> = texts.take(MOST_NAMED).collect();
        let count = comparison.differing.len();
        let of = before.queries.len();
        writeln!(out)?;
        writeln!(
            out,
            "they find different numbers of articles for {count} of {of} queries, such as {}",
            named.join(", ")
        )?;
    }
    Ok(())
}

fn write_ratio(row: &Row, out: &mut Stream<'_>) -> Result<(), Failure> {
    let name = match (row.class, row.what) {
        (Some(class), _) => class.name(),
        (None, Some(what)) => what.name(),
        (None, None) => "all",
    };
    let verdict = match row.verdict {
        Verdict::Slower => "slower",
        Verdict::Faster => "faster",
        Verdict::Same => "no difference beyond noise",
    };
    let (ratio, low, high) = (row.ratio, row.interval.low, row.interval.high);
    let noise = format!("{:.1} %", row.noise * 100.0);
    writeln!(
        out,
        "{name:<9} {:>7}  {ratio:>5.3}  {low:>5.3} - {high:>5.3} {noise:>6}  {verdict}",
        row.queries
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits() {
        let times = [999, 12_345, 999_499, 1_234_567, 98_765_432, 3_200_000_000];
        let shown = times.map(|nanos| shown(Duration::from_nanos(nanos)));
        assert_eq!(
            shown,
            [
                "1.00 µs", "12.3 µs", "999 µs", "1.23 ms", "98.8 ms", "3.20 s"
            ]
        );
    }

    #[test]
    fn a_histogram_is_drawn_on_the_axis_of_all() {
        let times = |micros: &[u64]| -> Vec<Duration> {
            micros
                .iter()
                .map(|micros| Duration::from_micros(*micros))
                .collect()
        };
        let all = histogram(&times(&[10, 20, 100]));
        let drawn = |of: &[u64], levels| line(&histogram(&times(of)), &all, levels);
        assert_eq!(drawn(&[20, 20, 20, 20, 100], &BLOCKS), "  █    ▂");
        assert_eq!(drawn(&[10, 10, 100], &SIGNS), "@      =");
        assert_eq!(drawn(&[], &SIGNS), "        ");
    }
}
