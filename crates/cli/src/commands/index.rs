//! `gleaner index`

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gleaner::{Error, IngestOptions, Progress, Report, Selection};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::{Arguments, IndexArgs};
use crate::console::Console;
use crate::failure::Failure;
use crate::output::shown_problem;
use crate::signals::Watch;
use crate::{DONE, FAILED};

/// The folder that is indexed where nothing else is said.
pub(crate) const DEFAULT_FOLDER: &str = "seeds";

/// Work that takes no longer than this shows no progress bar.
const PATIENCE: Duration = Duration::from_millis(500);

pub(crate) fn run(
    arguments: &Arguments,
    args: &IndexArgs,
    console: &mut Console<'_>,
) -> Result<u8, Failure> {
    // What is wrong with the index is told by the run itself, or mended by it.
    let origin = gleaner::origin(&arguments.index).ok();
    let (folder, selection) = choose(args, origin.as_ref());
    let mut options = IngestOptions::default();
    options.files = selection;
    options.rebuild = args.rebuild;
    options.language = args.language;
    options.allow_empty = args.allow_empty;
    options.when_locked = args.wait.unwrap_or_default();
    if let Some((before, _)) = &origin
        && std::fs::canonicalize(&folder).is_ok_and(|folder| folder != *before)
    {
        let (before, now) = (before.display(), folder.display());
        writeln!(
            console.err,
            "note: the index held the articles of {before}, now of {now}"
        )?;
    }
    let report = ingest(&folder, &arguments.index, &options, console)?;
    let has_problems =
        !report.problems.is_empty() || report.standing_problems > 0 || !report.warnings.is_empty();
    Ok(if args.strict && has_problems {
        FAILED
    } else {
        DONE
    })
}

/// The folder and the choice of files: what was said, else what it was before, else the default.
fn choose(args: &IndexArgs, origin: Option<&(PathBuf, Selection)>) -> (PathBuf, Selection) {
    let (folder, mut selection) = match (&args.folder, origin) {
        (Some(folder), _) => (folder.clone(), Selection::default()),
        (None, Some((folder, selection))) => (folder.clone(), selection.clone()),
        (None, None) => (PathBuf::from(DEFAULT_FOLDER), Selection::default()),
    };
    if !args.ext.is_empty() {
        selection.extensions.clone_from(&args.ext);
    }
    if !args.exclude.is_empty() {
        selection.exclude.clone_from(&args.exclude);
    }
    selection.follow_links |= args.follow;
    selection.max_size = args.max_size.unwrap_or(selection.max_size);
    (folder, selection)
}

/// Brings the index up to date, with a progress bar where there is a terminal, and reports.
pub(crate) fn ingest(
    folder: &Path,
    index: &Path,
    options: &IngestOptions,
    console: &mut Console<'_>,
) -> Result<Report, Failure> {
    let bar = progress_bar();
    let started = Instant::now();
    let can_redraw = console.can_redraw;
    let on_progress = |progress: Progress| {
        if can_redraw && bar.is_hidden() && started.elapsed() > PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
        bar.set_length(progress.total);
        bar.set_position(progress.done);
    };
    if let Some(watch) = &console.watch {
        watch.begin(options.cancel.clone(), bar.clone());
    }
    let result = gleaner::ingest_with_progress(folder, index, options, &on_progress);
    let signal = console.watch.as_ref().and_then(Watch::end);
    bar.finish_and_clear();
    let report = match (result, signal) {
        (Err(Error::Cancelled { .. }), Some(signal)) => {
            let is_done = options.cancel.has_committed();
            return Err(Failure::Stopped { signal, is_done });
        }
        (result, _) => result?,
    };
    writeln!(console.err, "{report}")?;
    for problem in &report.problems {
        writeln!(console.err, "{}", shown_problem(problem))?;
    }
    for warning in &report.warnings {
        writeln!(console.err, "note: the index is up to date, but {warning}")?;
    }
    match report.standing_problems {
        0 => {}
        1 => writeln!(
            console.err,
            "1 problem of before stands: see `gleaner status`"
        )?,
        count => writeln!(
            console.err,
            "{count} problems of before stand: see `gleaner status`"
        )?,
    }
    match signal {
        Some(signal) => Err(Failure::Stopped {
            signal,
            is_done: true,
        }),
        None => Ok(report),
    }
}

/// A bar that is not shown yet.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    let template = "{bar:30} {human_pos} of {human_len} files, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// Brings an index up to date with the folder it was made from; makes one of the default folder if
/// there is none, and says so.
pub(crate) fn refresh(index: &Path, console: &mut Console<'_>) -> Result<(), Failure> {
    let (folder, options) = match gleaner::origin(index) {
        Ok((folder, selection)) => {
            let mut options = IngestOptions::default();
            options.files = selection;
            (folder, options)
        }
        Err(Error::NotFound { path }) => {
            let folder = PathBuf::from(DEFAULT_FOLDER);
            if !folder.is_dir() {
                return Err(Error::NotFound { path }.into());
            }
            let path = path.display();
            writeln!(
                console.err,
                "{path}: no index yet; making one of the articles in `seeds`"
            )?;
            (folder, IngestOptions::default())
        }
        Err(other) => return Err(other.into()),
    };
    ingest(&folder, index, &options, console)?;
    Ok(())
}
