//! Many processes on one index: writers that run again and again beside readers, an index that is deleted or
//! replaced under a process, and the lock of a process that stands still or is killed.
//!
//! `GLEANER_FAULTS_SECONDS` says how long writers and readers run beside each other, 10 by default. An index is
//! deleted or replaced at twice as many moments of each kind of run.

mod locks;
mod race;
mod swaps;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Result;
use crate::answers::{self, Answer, Hits, faults_of_message, faults_of_output};
use crate::folder;
use crate::process::{Output, Program};
use crate::report::{Settings, Tally, Verdict, attack};
use crate::scenario::{article, with_index};

/// How long a process may take beside the others before it counts as hung.
const LIMIT: Duration = Duration::from_secs(60);
/// How long writers and readers run beside each other, in seconds.
const SECONDS: u64 = 10;
/// Articles of the folder that is indexed, and of the one whose index takes its place.
const ARTICLES: [usize; 2] = [60, 45];

/// An attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// On a process that holds the lock, or waits for it.
    Lock(locks::Kind),
    /// The index is deleted or replaced, at a moment chosen by this number.
    Swap(swaps::Kind, usize),
    /// The index is replaced right after a commit; perhaps another run writes to the other one.
    AfterCommit(bool),
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lock(kind) => f.write_str(kind.name()),
            Self::AfterCommit(false) => f.write_str("replaced-after-commit"),
            Self::AfterCommit(true) => f.write_str("replaced-after-commit-and-written"),
            Self::Swap(kind, moment) => write!(f, "{}/{moment}", kind.name()),
        }
    }
}

/// The attack in which writers and readers run beside each other.
#[derive(Debug)]
struct Race;

impl fmt::Display for Race {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("race")
    }
}

/// Makes all attacks, those on one process first, and the race by itself.
///
/// # Errors
/// If the folders cannot be set up, or `GLEANER_FAULTS_SECONDS` is no number.
pub fn run(settings: &Settings) -> Result<Tally> {
    let seconds: u64 = match std::env::var("GLEANER_FAULTS_SECONDS") {
        Ok(text) => text
            .parse()
            .map_err(|_| format!("GLEANER_FAULTS_SECONDS={text} is no number of seconds"))?,
        Err(_) => SECONDS,
    };
    let mut tally = Tally::new("concurrent");
    let mut cases: Vec<Case> = locks::KINDS.map(Case::Lock).to_vec();
    cases.extend([false, true].map(Case::AfterCommit));
    for kind in swaps::KINDS {
        cases.extend((0..2 * seconds as usize).map(|moment| Case::Swap(kind, moment)));
    }
    let cases = settings.choose(cases);
    let stage = |_| Stage::new(settings);
    let ends = Ends::default();
    attack(&mut tally, settings.jobs, &cases, stage, |stage, case| {
        stage.reset()?;
        Ok(Verdict::of(match case {
            Case::Lock(kind) => locks::play(stage, *kind)?,
            Case::AfterCommit(writes) => swaps::after_commit(stage, *writes)?,
            Case::Swap(kind, moment) => swaps::play(stage, *kind, *moment, &ends)?,
        }))
    })?;
    tally.counts = ends.into_inner().unwrap_or_else(PoisonError::into_inner);
    let counts = race::Counts::default();
    let races = settings.choose(vec![Race]);
    attack(&mut tally, 1, &races, stage, |stage, _| {
        let time = Duration::from_secs(seconds);
        race::play(stage, time, &counts).map(Verdict::of)
    })?;
    if !races.is_empty() {
        tally
            .notes
            .push(format!("in the race of {seconds} s: {counts}"));
    }
    Ok(tally)
}

/// How many of the processes whose index was deleted or replaced ended in which way.
type Ends = Mutex<BTreeMap<String, usize>>;

/// The folders of a worker: articles in `src` and `two`, and an index of each.
struct Stage {
    program: Program,
    /// Removed when the worker ends.
    _folder: TempDir,
    base: PathBuf,
    /// What a search gives of the index of `src`, and of that of `two`.
    hits: [Hits; 2],
    /// How long a whole run takes, and a search.
    takes: [Duration; 2],
}

impl Stage {
    fn new(settings: &Settings) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("gleaner-faults-")
            .tempdir_in(&settings.work)?;
        let base = folder.path().canonicalize()?;
        let mut program = settings.program.clone();
        program.limit = LIMIT;
        let mut hits = Vec::new();
        let mut takes = [Duration::ZERO; 2];
        for (root, count) in ["two", "src"].into_iter().zip([ARTICLES[1], ARTICLES[0]]) {
            for i in 0..count {
                let path = format!("{root}/a{i:02}.md");
                folder::write(&base.join(&path), article(&path, 1).as_bytes())?;
            }
            let started = Instant::now();
            must(&program, &base, &["index", root])?;
            takes[0] = started.elapsed();
            let started = Instant::now();
            hits.push(answers::hits(&program, &base)?.expect("an index")?);
            takes[1] = started.elapsed();
            fs::rename(base.join("ix"), base.join(format!("ix-of-{root}")))?;
        }
        let hits = [hits.remove(1), hits.remove(0)];
        Ok(Self {
            program,
            _folder: folder,
            base,
            hits,
            takes,
        })
    }

    /// Puts the index of `src` back.
    fn reset(&self) -> Result<()> {
        folder::replace(&self.base.join("ix-of-src"), &self.base.join("ix"))?;
        folder::remove(&self.base.join("new"))?;
        folder::replace(&self.base.join("ix-of-two"), &self.base.join("other"))
    }

    fn args(&self, args: &[&str]) -> Vec<String> {
        with_index(&self.base, args)
    }

    fn run(&self, args: &[&str]) -> Result<Output> {
        self.program.run(&self.base, &self.args(args))
    }

    /// Makes the next run, which has to complete, and looks at what it made.
    fn after_next_run(&self, faults: &mut Vec<String>) -> Result<()> {
        let next = self.run(&["index", "src"])?;
        if !next.is(0) {
            faults.push(format!("the next run does not complete: {}", next.brief()));
            return Ok(());
        }
        match answers::hits(&self.program, &self.base)? {
            Answer::Hits(hits) if hits.paths() == self.hits[0].paths() => {}
            Answer::Hits(hits) => {
                let count = hits.0.len();
                faults.push(format!("wrong hits after the next run: {count}"));
            }
            Answer::Refused(output) | Answer::Odd(output) => {
                faults.push(format!("no answer after the next run: {}", output.brief()));
            }
        }
        let check = self.run(&["check"])?;
        if !check.is(0) {
            faults.push(format!(
                "not whole after the next run: {}",
                check.out.trim()
            ));
        }
        Ok(())
    }
}

/// Runs the command, which has to end with 0.
fn must(program: &Program, base: &Path, args: &[&str]) -> Result<()> {
    let output = program.run(base, &with_index(base, args))?;
    if output.is(0) {
        Ok(())
    } else {
        Err(format!("without any attack, {args:?} gives {}", output.brief()).into())
    }
}

/// Whether a run ended in order: with 0, or with 2 and a message that names what it is about.
fn faults_of_run(output: &Output, base: &Path) -> Vec<String> {
    let mut faults = faults_of_output(output);
    if output.is(2) {
        faults.extend(faults_of_message(output, base));
    } else if !output.is(0) && faults.is_empty() {
        faults.push(format!("ended otherwise: {}", output.brief()));
    }
    faults
}
