//! An index that is deleted, or replaced by another one, while a process reads or writes it.

use std::fs;
use std::process::{Child, Stdio};
use std::sync::PoisonError;
use std::thread;
use std::time::Duration;

use super::locks::Holder;
use super::{Ends, Stage, faults_of_run};
use crate::Result;
use crate::answers::{ALL_HITS, parse_hits};
use crate::call::{self, Call};
use crate::folder;
use crate::inject::{self, Observer, Order};
use crate::process::{End, Guard, Output};
use crate::random::Random;
use crate::scenario::article;

/// Who has the index, and what happens to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    ReaderDeleted,
    ReaderReplaced,
    WriterDeleted,
    WriterReplaced,
    RebuildDeleted,
    RebuildReplaced,
}

pub(super) const KINDS: [Kind; 6] = [
    Kind::ReaderDeleted,
    Kind::ReaderReplaced,
    Kind::WriterDeleted,
    Kind::WriterReplaced,
    Kind::RebuildDeleted,
    Kind::RebuildReplaced,
];

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ReaderDeleted => "reader-deleted",
            Self::ReaderReplaced => "reader-replaced",
            Self::WriterDeleted => "writer-deleted",
            Self::WriterReplaced => "writer-replaced",
            Self::RebuildDeleted => "rebuild-deleted",
            Self::RebuildReplaced => "rebuild-replaced",
        }
    }

    fn replaces(self) -> bool {
        matches!(
            self,
            Self::ReaderReplaced | Self::WriterReplaced | Self::RebuildReplaced
        )
    }

    fn args(self) -> &'static [&'static str] {
        match self {
            Self::ReaderDeleted | Self::ReaderReplaced => ALL_HITS,
            Self::WriterDeleted | Self::WriterReplaced => &["index", "src"],
            Self::RebuildDeleted | Self::RebuildReplaced => &["index", "--rebuild", "src"],
        }
    }
}

/// Deletes or replaces the index at a moment of the command; what was wrong.
pub(super) fn play(stage: &Stage, kind: Kind, moment: usize, ends: &Ends) -> Result<Vec<String>> {
    let reads = kind.args() == ALL_HITS;
    let changed = stage.base.join("src/a07.md");
    folder::write(&changed, article("src/a07.md", moment as u32).as_bytes())?;
    let whole = stage.takes[usize::from(reads)];
    let parts = Random::new(moment as u64).below(1000) as u32;
    let child = start(stage, kind.args())?;
    thread::sleep(whole * parts / 1000);
    swap(stage, kind.replaces())?;
    let output = end(stage, child)?;
    let end = format!("{}: {}", kind.name(), output.end);
    let mut ends = ends.lock().unwrap_or_else(PoisonError::into_inner);
    *ends.entry(end).or_default() += 1;
    drop(ends);
    let mut faults = faults_of_run(&output, &stage.base);
    if reads {
        faults.extend(of_answer(stage, &output, kind.replaces()));
    }
    if kind.replaces() && !reads {
        faults.extend(of_other(stage)?);
    }
    stage.after_next_run(&mut faults)?;
    Ok(faults)
}

fn start(stage: &Stage, args: &[&str]) -> Result<Child> {
    let mut command = stage.program.command(&stage.base);
    command.args(stage.args(args));
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    Ok(command.spawn()?)
}

pub(super) fn end(stage: &Stage, child: Child) -> Result<Output> {
    let guard = Guard::new(child.id(), stage.program.limit);
    let output = child.wait_with_output()?;
    let hung = guard.finish();
    Ok(Output {
        end: if hung {
            End::Hung
        } else {
            End::of(output.status)
        },
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Replaces the index right after the commit of a run, and says what came of the other index. With `writes`,
/// another run is at work on that one meanwhile.
pub(super) fn after_commit(stage: &Stage, writes: bool) -> Result<Vec<String>> {
    let changed = stage.base.join("src/a07.md");
    folder::write(&changed, article("src/a07.md", 99).as_bytes())?;
    let mut at_commit = AtCommit {
        stage,
        writes,
        done: None,
    };
    let args = stage.args(&["index", "src"]);
    let output = inject::run(&stage.program, &stage.base, &["ix"], &args, &mut at_commit)?;
    let mut faults = faults_of_run(&output, &stage.base);
    let other = at_commit.done.ok_or("no commit was seen")??;
    if let Some(other) = other {
        let output = other.finish(stage)?;
        if !output.is(0) {
            faults.push(format!(
                "the run on the other index fails: {}",
                output.brief()
            ));
        }
    }
    faults.extend(of_other(stage)?);
    stage.after_next_run(&mut faults)?;
    Ok(faults)
}

/// Replaces the index when a run has made its list of segments the one that readers open.
struct AtCommit<'a> {
    stage: &'a Stage,
    writes: bool,
    done: Option<Result<Option<Holder>>>,
}

impl Observer for AtCommit<'_> {
    fn before(&mut self, _call: &Call) -> Order {
        Order::Go
    }

    fn after(&mut self, call: &Call) {
        let is_commit = call.place.kind == call::Kind::Rename && call.place.path == "ix/meta.json";
        if is_commit && self.done.is_none() {
            let holder = || {
                self.writes
                    .then(|| Holder::new(self.stage, "two"))
                    .transpose()
            };
            self.done = Some(swap(self.stage, true).and_then(|()| holder()));
        }
    }
}

/// Deletes the index, file by file as `rm -r` does, or puts that of `two` in its place.
fn swap(stage: &Stage, replaces: bool) -> Result<()> {
    let index = stage.base.join("ix");
    if replaces {
        folder::remove(&stage.base.join("old"))?;
        fs::rename(&index, stage.base.join("old"))?;
        fs::rename(stage.base.join("other"), index)?;
        return Ok(());
    }
    // A writer may make files while they are removed.
    for _ in 0..100 {
        if folder::remove(&index).is_ok() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(1));
    }
    folder::remove(&index)
}

/// A search that answers gives all hits of an index.
fn of_answer(stage: &Stage, output: &Output, replaced: bool) -> Option<String> {
    if !output.is(0) {
        return None;
    }
    let Some(hits) = parse_hits(&output.out) else {
        return Some("not the JSON of a search".to_owned());
    };
    let is = |at: usize| hits.paths() == stage.hits[at].paths();
    let right = is(0) || replaced && is(1);
    (!right).then(|| format!("hits of no index: {}", hits.0.len()))
}

/// The index that took the place of the one that was written to is as it was.
pub(super) fn of_other(stage: &Stage) -> Result<Option<String>> {
    let check = stage.run(&["check"])?;
    Ok((!check.is(0)).then(|| {
        let text = check.out.trim().replace('\n', " ");
        format!("the other index is not whole: {} {text}", check.brief())
    }))
}
