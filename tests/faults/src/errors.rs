//! Errors of the system at every call of a run, once or from there on: no disk space, no descriptors,
//! a broken disk, no rights.

use std::collections::BTreeSet;

use nix::errno::Errno;

use crate::Result;
use crate::answers::{self, Answer, Hits, faults_of_message, faults_of_output};
use crate::call::{Call, Kind};
use crate::kills::{State, after_next_run, state};
use crate::process::{End, Output, Program};
use crate::report::{Settings, Tally, Verdict};
use crate::scenario::{Prepared, READING, WRITING};
use crate::stage::{Case, Fault, Injection, Stage, attack_cases, traced};

/// Makes all errors, or those that the settings choose.
///
/// # Errors
/// If the command fails without any error, or must not be traced.
pub fn run(settings: &Settings) -> Result<Tally> {
    let cases = settings.choose(cases(settings)?);
    attack_cases("errors", settings, &cases, |stage, case| {
        if case.scenario.reads {
            read(stage, case)
        } else {
            write(stage, case)
        }
    })
}

/// The errors that a call of this kind is given.
fn errors_of(kind: Kind) -> &'static [Errno] {
    use Errno::{
        EACCES, EAGAIN, EDQUOT, EINTR, EIO, EMFILE, ENODEV, ENOLCK, ENOMEM, ENOSPC, EOPNOTSUPP,
        EROFS, ESTALE,
    };
    match kind {
        Kind::Open => &[EMFILE, EACCES, EIO, ENOMEM, ESTALE, EINTR],
        Kind::Create => &[ENOSPC, EMFILE, EACCES, EROFS, EIO],
        Kind::Read => &[EIO, ESTALE, EINTR],
        Kind::Write | Kind::WriteAt => &[ENOSPC, EIO, EDQUOT, EINTR],
        Kind::Sync => &[EIO, ENOSPC, EINTR],
        Kind::Truncate => &[ENOSPC, EIO],
        Kind::Rename => &[EACCES, ENOSPC, EIO, EROFS],
        Kind::Unlink => &[EACCES, EIO, EROFS],
        Kind::MakeFolder => &[EACCES, ENOSPC, EROFS],
        Kind::Close => &[EIO, ENOSPC],
        Kind::Lock => &[ENOLCK, EINTR, EOPNOTSUPP],
        Kind::List => &[EIO, ESTALE, EACCES],
        Kind::Stat => &[EACCES, EIO, ESTALE, ENOMEM],
        Kind::Map => &[ENOMEM, ENODEV],
        Kind::Thread => &[EAGAIN, ENOMEM],
        Kind::Attributes => &[EACCES, EIO],
    }
}

fn cases(settings: &Settings) -> Result<Vec<Case>> {
    let mut stage = Stage::new(&settings.program, &settings.work)?;
    let mut cases = Vec::new();
    for scenario in WRITING.iter().chain(READING) {
        for call in stage.calls(scenario)? {
            if call.may_fail() && (scenario.name != "strict" || call.place.is_of_articles()) {
                cases.extend(faults_of(&call).map(|fault| Case {
                    scenario,
                    place: call.place.clone(),
                    fault,
                }));
            }
        }
    }
    stage.finish()?;
    Ok(cases)
}

fn faults_of(call: &Call) -> impl Iterator<Item = Fault> + use<> {
    errors_of(call.place.kind).iter().flat_map(|&errno| {
        // A call that is interrupted each time never ends, and a second error in closing adds nothing.
        let again = errno != Errno::EINTR;
        let onwards = again.then_some(Fault::Onwards(errno));
        [Some(Fault::Once(errno)), onwards].into_iter().flatten()
    })
}

/// An error while an index is read: the right answer, or a message.
fn read(stage: &mut Stage, case: &Case) -> Result<Verdict> {
    let program = stage.program().clone();
    let prepared = stage.prepared(case.scenario)?;
    prepared.reset()?;
    let args = prepared.args(case.scenario.command);
    let right = program.run(&prepared.base, &args)?;
    let mut injection = Injection::new(case);
    let output = traced(&program, prepared, &mut injection)?;
    if !injection.hit {
        return Ok(Verdict::NotReached);
    }
    let mut faults = faults_of_output(&output);
    match output.end {
        End::Exit(2) => {
            faults.extend(message(&output, case, prepared));
            // What has nothing to do with the system's refusal must not be advised.
            if case.place.kind == Kind::Lock {
                faults.push(format!("needs a lock to read: {}", output.brief()));
            }
        }
        End::Exit(0) if case.place.is_of_articles() => {}
        End::Exit(0) if without_times(&output.out) == without_times(&right.out) => {}
        End::Exit(code @ 0..=1) => faults.push(format!("wrong answer with exit {code}")),
        _ => {}
    }
    Ok(Verdict::of(faults))
}

fn without_times(text: &str) -> Vec<&str> {
    let is_time = |line: &&str| !line.contains("elapsed");
    text.lines().filter(is_time).collect()
}

/// An error while an index is written.
fn write(stage: &mut Stage, case: &Case) -> Result<Verdict> {
    let program = stage.program().clone();
    let prepared = stage.prepared(case.scenario)?;
    prepared.reset()?;
    let mut injection = Injection::new(case);
    let output = traced(&program, prepared, &mut injection)?;
    if !injection.hit {
        return Ok(Verdict::NotReached);
    }
    let mut faults = faults_of_output(&output);
    let answer = answers::hits(&program, &prepared.base)?;
    let state = match output.end {
        End::Exit(0) if case.place.is_of_articles() => {
            faults.extend(partial(&answer, &output, prepared));
            State::Wrong
        }
        End::Exit(0) => {
            let state = state(answer, prepared, &mut faults);
            if state == State::Old && prepared.old.as_ref() != Some(&prepared.new) {
                faults.push("exit 0 with the old commit".to_owned());
            }
            state
        }
        // A root that cannot be listed is refused as a whole instead, before anything is counted.
        End::Exit(2) if case.scenario.name == "strict" && counts_articles(&output) => {
            faults.extend(partial(&answer, &output, prepared));
            State::Wrong
        }
        End::Exit(2) => {
            faults.extend(message(&output, case, prepared));
            let state = state(answer, prepared, &mut faults);
            if state == State::New && prepared.old.as_ref() != Some(&prepared.new) {
                faults.extend(standing(&output));
            }
            state
        }
        End::Exit(code) => {
            faults.push(format!("exit code {code} of a run"));
            state(answer, prepared, &mut faults)
        }
        _ => state(answer, prepared, &mut faults),
    };
    next_run(&program, prepared, state, &mut faults)?;
    Ok(Verdict::of(faults))
}

/// The next run. Where articles could not be read, it does not matter which commit stood before.
fn next_run(
    program: &Program,
    prepared: &Prepared,
    state: State,
    faults: &mut Vec<String>,
) -> Result<()> {
    let language = prepared.scenario.name == "language";
    if state == State::Wrong && language {
        let in_new = answers::Full::of(program, &prepared.base)
            .is_ok_and(|full| full.is_in_language_of(&prepared.full));
        let state = if in_new { State::New } else { State::Old };
        return after_next_run(program, prepared, state, faults);
    }
    after_next_run(program, prepared, state, faults)
}

/// A run that could not read some articles: each that was there before and still is must be there,
/// and what is missing is told.
fn partial(answer: &Answer, output: &Output, prepared: &Prepared) -> Vec<String> {
    let Answer::Hits(hits) = answer else {
        if output.is(2) && prepared.old.is_none() {
            return Vec::new();
        }
        return vec!["search does not answer after a run with unread articles".to_owned()];
    };
    let none = Hits(Vec::new());
    let old = prepared.old.as_ref().unwrap_or(&none).paths();
    let (new, found) = (prepared.new.paths(), hits.paths());
    let mut faults = Vec::new();
    let lost: BTreeSet<_> = old
        .intersection(&new)
        .filter(|path| !found.contains(*path))
        .collect();
    if let Some(first) = lost.first() {
        faults.push(format!("articles lost: {} such as {first}", lost.len()));
    }
    if let Some(path) = found
        .iter()
        .find(|path| !old.contains(*path) && !new.contains(*path))
    {
        faults.push(format!("an article that never was: {path}"));
    }
    if *hits != prepared.new {
        let problems = output
            .err
            .lines()
            .filter(|line| !line.trim().is_empty())
            .count();
        if problems < 2 {
            faults.push(format!(
                "unread articles are not reported: {}",
                output.brief()
            ));
        }
        if prepared.scenario.command.contains(&"--strict") && output.is(0) {
            faults.push("exit 0 with unread articles under --strict".to_owned());
        }
    }
    faults
}

/// A command that failed after its commit says that the commit stands: in its error, or by the line of counts
/// that `search --refresh` prints once its run has committed, before it searches.
fn standing(output: &Output) -> Vec<String> {
    let told = ["the run is complete", "the index is up to date"];
    if told.iter().any(|words| output.err.contains(words)) || counts_articles(output) {
        return Vec::new();
    }
    let text = answers::first_line(&output.err);
    vec![format!(
        "exit 2 with the new commit and no word of it: {text}"
    )]
}

/// Whether a run came to its counts of articles.
fn counts_articles(output: &Output) -> bool {
    let is_counts = |line: &str| line.contains(" added, ") && line.contains(" unchanged");
    output.err.lines().any(is_counts)
}

/// What is wrong with the message of a run that ended with 2.
fn message(output: &Output, case: &Case, prepared: &Prepared) -> Vec<String> {
    let mut faults = faults_of_message(output, &prepared.base);
    if case.place.kind == Kind::Thread && output.err.contains("thread") {
        // A thread has no path.
        faults.clear();
    }
    // A broken disk may be told as damage; a refusal may not.
    let refused = !matches!(
        case.fault,
        Fault::Once(Errno::EIO) | Fault::Onwards(Errno::EIO)
    );
    if refused && (output.err.contains("--rebuild") || output.err.contains("damaged")) {
        let text = answers::first_line(&output.err);
        faults.push(format!("a refusal of the system called damage: {text}"));
    }
    faults
}
