//! Times of searches as JSON.

use std::path::Path;
use std::time::Duration;

use gleaner_bench::{Class, Figures, PAGE, Row, SEED, Throughput, Timings, What, histogram};
use serde_json::{Value as Json, json};

use super::SCHEMA;
use crate::commands::bench::{BenchReport, Compared, Source};
use crate::console::Stream;
use crate::failure::Failure;

/// Writes what was measured as one object.
pub(crate) fn write_bench(
    report: &BenchReport,
    index: &Path,
    out: &mut Stream<'_>,
) -> Result<(), Failure> {
    let (machine, status) = (&report.machine, &report.status);
    let figures = [("warm", &report.warm), ("cold", &report.cold)];
    let figures = figures
        .into_iter()
        .filter_map(|(start, timings)| Some((start, timings.as_ref()?)))
        .flat_map(|(start, timings)| figures_of(start, timings));
    let queries = report.queries.iter().enumerate().map(|(i, query)| {
        let totals = report.warm.as_ref().map(|warm| &warm.totals);
        let total = totals.and_then(|totals| totals.get(i));
        json!({ "class": query.class.name(), "text": query.text, "total": total })
    });
    let source = match report.source {
        Source::Articles => "articles",
        Source::File => "file",
        Source::Kept => "kept",
    };
    let object = json!({
        "schema": SCHEMA,
        "version": env!("CARGO_PKG_VERSION"),
        "machine": { "cpu": machine.cpu, "cores": machine.cores, "os": machine.os },
        "index": index.to_string_lossy(),
        "articles": status.articles,
        "bytes": status.bytes,
        "segments": status.segments,
        "source": source,
        "seed": (report.source == Source::Articles).then_some(SEED),
        "page": PAGE,
        "runs": report.runs,
        "cold_runs": report.cold.as_ref().map(|_| report.cold_runs()),
        "handicap": report.handicap,
        "disturbed": report.warm.as_ref().map(Timings::disturbed),
        "queries": queries.collect::<Vec<_>>(),
        "figures": figures.collect::<Vec<_>>(),
        "throughput": report.throughput.iter().map(throughput).collect::<Vec<_>>(),
        "comparison": report.compared.as_ref().map(comparison),
    });
    Ok(out.json(&object)?)
}

/// The figures of each class there are queries of, and of all, for everything that was wanted.
fn figures_of<'t>(start: &'t str, timings: &'t Timings) -> impl Iterator<Item = Json> + 't {
    let classes = || Class::ALL.map(Some).into_iter().chain([None]);
    let pairs = What::ALL
        .into_iter()
        .flat_map(move |what| classes().map(move |class| (class, what)));
    pairs.filter_map(move |(class, what)| {
        let times = timings.of(class, what);
        let buckets = histogram(&times);
        let figures = Figures::of(times)?;
        Some(json!({
            "start": start,
            "class": class.map_or("all", Class::name),
            "what": what.name(),
            "queries": timings.count(class),
            "samples": figures.samples,
            "p50_us": micros(figures.p50),
            "p95_us": micros(figures.p95),
            "p99_us": micros(figures.p99),
            "mean_us": micros(figures.mean),
            "per_second": figures.per_second,
            "histogram": buckets.iter().map(|bucket| json!([bucket.up_to, bucket.count])).collect::<Vec<_>>(),
        }))
    })
}

fn micros(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1e3
}

fn throughput(throughput: &Throughput) -> Json {
    json!({
        "what": throughput.what.name(),
        "threads": throughput.threads,
        "one": throughput.one,
        "all": throughput.all,
        "ratio": throughput.ratio,
    })
}

fn comparison(compared: &Compared) -> Json {
    let Compared {
        before, comparison, ..
    } = compared;
    let differing = comparison.differing.iter();
    let texts = differing.filter_map(|i| Some(&before.queries.get(*i)?.text));
    json!({
        "name": compared.name,
        "version": before.version,
        "together": compared.apart.is_none(),
        "why_apart": compared.apart,
        "rounds": comparison.rounds,
        "differing": texts.collect::<Vec<_>>(),
        "ratios": comparison.rows.iter().map(ratio).collect::<Vec<_>>(),
    })
}

fn ratio(row: &Row) -> Json {
    json!({
        "class": row.class.map_or("all", Class::name),
        "what": row.what.map_or("all", What::name),
        "queries": row.queries,
        "ratio": row.ratio,
        "low": row.interval.low,
        "high": row.interval.high,
        "noise": row.noise,
        "verdict": row.verdict.name(),
    })
}
