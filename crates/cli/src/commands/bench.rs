//! `gleaner bench`

use std::io::Write;
use std::path::{Path, PathBuf};

use gleaner::{Searcher, Status};
use gleaner_bench::{
    Baseline, BenchQuery, Comparison, Contestant, Machine, Program, Stopwatch, Throughput, Timings,
    What, cold, compare, derive, read_queries, serve, throughput, warm,
};

use crate::DONE;
use crate::args::{Arguments, BenchArgs, StatusFormat};
use crate::console::Console;
use crate::failure::Failure;
use crate::machine::machine;
use crate::{output, trec};

/// Folder of what is kept, beside the index. What is hidden is no article.
const KEPT: &str = ".gleaner-bench";

/// Most times a process is started for a search.
const COLD_RUNS: usize = 3;

/// What was measured, and where.
pub(crate) struct BenchReport {
    pub(crate) machine: Machine,
    pub(crate) status: Status,
    pub(crate) source: Source,
    pub(crate) queries: Vec<BenchQuery>,
    /// Times each search was timed.
    pub(crate) runs: usize,
    pub(crate) handicap: u32,
    pub(crate) warm: Option<Timings>,
    pub(crate) cold: Option<Timings>,
    pub(crate) throughput: Vec<Throughput>,
    pub(crate) compared: Option<Compared>,
}

/// Where the queries are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// They were made of the articles.
    Articles,
    /// A file.
    File,
    /// A run that was kept.
    Kept,
}

/// How this program compares with one that was kept.
pub(crate) struct Compared {
    /// The name it is kept under.
    pub(crate) name: String,
    pub(crate) before: Baseline,
    pub(crate) comparison: Comparison,
    /// Why the figures were not measured together.
    pub(crate) apart: Option<String>,
}

impl BenchReport {
    /// Times a process is started for each search.
    pub(crate) fn cold_runs(&self) -> usize {
        self.runs.min(COLD_RUNS)
    }
}

pub(crate) fn run(
    arguments: &Arguments,
    args: &BenchArgs,
    console: &mut Console<'_>,
) -> Result<u8, Failure> {
    let searcher = Searcher::open(&arguments.index)?;
    let stopwatch = Stopwatch::with_handicap(args.handicap);
    if args.worker {
        serve(
            &searcher,
            stopwatch,
            &mut console.input,
            console.out.exact(),
        )?;
        return Ok(DONE);
    }
    let folder = args
        .kept
        .clone()
        .unwrap_or_else(|| beside(&arguments.index));
    let mut report = BenchReport {
        machine: machine(),
        status: gleaner::status(&arguments.index)?,
        source: Source::Articles,
        queries: Vec::new(),
        runs: args.runs,
        handicap: args.handicap,
        warm: None,
        cold: None,
        throughput: Vec::new(),
        compared: None,
    };
    if let Some(name) = &args.against {
        against(&mut report, (name, &folder), (arguments, args), console)?;
    } else {
        if let Some(file) = &args.queries {
            report.source = Source::File;
            report.queries = read_queries(&trec::read(file)?);
        } else {
            report.queries = derive(&searcher)?;
        }
        measure(&mut report, &searcher, (arguments, args), console)?;
    }
    if let Some(name) = &args.save {
        save(&report, (name, &folder), console)?;
    }
    match args.format {
        StatusFormat::Text => output::text::write_bench(&report, console)?,
        StatusFormat::Json => {
            output::json::write_bench(&report, &arguments.index, &mut console.out)?;
        }
    }
    Ok(DONE)
}

/// Measures the queries of a report within this process and as processes of their own.
fn measure(
    report: &mut BenchReport,
    searcher: &Searcher,
    (arguments, args): (&Arguments, &BenchArgs),
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    if report.queries.is_empty() {
        return Err(Failure::Input("there is nothing to search for".into()));
    }
    let stopwatch = Stopwatch::with_handicap(args.handicap);
    let (count, runs) = (report.queries.len(), report.runs);
    writeln!(console.err, "timing {count} queries, {runs} times each")?;
    report.warm = Some(warm(searcher, &report.queries, runs, stopwatch)?);
    if let Some(file) = console.program.as_deref() {
        let index = &arguments.index;
        let program = Program { file, index };
        let (queries, runs) = (&report.queries, report.cold_runs());
        report.cold = Some(cold(program, queries, runs, stopwatch)?);
    }
    if let Some(threads) = args.threads {
        for what in What::ALL {
            let measured = throughput(searcher, &report.queries, (threads, what), stopwatch)?;
            report.throughput.push(measured);
        }
    }
    Ok(())
}

/// Has this program and one that was kept search by turns; where the other one cannot, compares with its
/// figures.
fn against(
    report: &mut BenchReport,
    (name, folder): (&str, &Path),
    (arguments, args): (&Arguments, &BenchArgs),
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let (before, kept) = Baseline::load(folder, name)?;
    report.source = Source::Kept;
    report.queries.clone_from(&before.queries);
    let own = ["--handicap".to_owned(), args.handicap.to_string()];
    let dueled = match console.program.clone() {
        None => Err("this program cannot be started again".to_owned()),
        Some(program) => {
            let contestants = [
                Contestant {
                    program: &kept,
                    arguments: &[],
                },
                Contestant {
                    program: &program,
                    arguments: &own,
                },
            ];
            let (rounds, can_redraw) = (args.runs, console.can_redraw);
            let err = &mut console.err;
            let progress = |round| {
                if can_redraw {
                    // Whether it is shown makes no difference.
                    let _ = write!(err.exact(), "\rround {} of {rounds} ", round + 1);
                }
            };
            let dueled = compare(
                contestants,
                &arguments.index,
                &before.queries,
                rounds,
                progress,
            );
            if can_redraw {
                let _ = write!(console.err.exact(), "\r\x1b[K");
            }
            dueled.map_err(|error| Failure::from(error).to_string())
        }
    };
    let (comparison, apart) = match dueled {
        Ok(duel) => (Comparison::of(&duel), None),
        Err(why) => {
            let searcher = Searcher::open(&arguments.index)?;
            let stopwatch = Stopwatch::with_handicap(args.handicap);
            let now = warm(&searcher, &before.queries, args.runs, stopwatch)?;
            let comparison = Comparison::apart(&before, &now);
            report.warm = Some(now);
            (comparison, Some(why))
        }
    };
    report.compared = Some(Compared {
        name: name.to_owned(),
        before,
        comparison,
        apart,
    });
    Ok(())
}

/// Keeps what was measured, with this program.
fn save(
    report: &BenchReport,
    (name, folder): (&str, &Path),
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let (Some(program), Some(warm)) = (console.program.as_deref(), &report.warm) else {
        return Err(Failure::Input(
            "this program cannot be kept: it has no file".into(),
        ));
    };
    let index = (report.status.articles, report.status.bytes);
    let version = env!("CARGO_PKG_VERSION");
    let baseline = Baseline::of(warm, version, report.machine.clone(), index);
    let place = baseline.save(folder, name, program)?;
    writeln!(console.err, "kept in {}", place.display())?;
    Ok(())
}

/// The folder of what is kept for an index.
fn beside(index: &Path) -> PathBuf {
    let index = std::path::absolute(index).unwrap_or_else(|_| index.to_path_buf());
    index.parent().unwrap_or(&index).join(KEPT)
}
