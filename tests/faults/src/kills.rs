//! Kills before and after every system call of a run that writes, and in the middle of every write.

use crate::Result;
use crate::answers::{self, Answer, Full};
use crate::call::Kind;
use crate::report::{Settings, Tally, Verdict};
use crate::scenario::{Prepared, WRITING};
use crate::stage::{Case, Fault, Injection, Stage, attack_cases, traced};

/// Makes all kills, or those that the settings choose.
///
/// # Errors
/// If the command fails without any kill, or must not be traced.
pub fn run(settings: &Settings) -> Result<Tally> {
    let cases = settings.choose(cases(settings)?);
    attack_cases("kills", settings, &cases, kill)
}

fn cases(settings: &Settings) -> Result<Vec<Case>> {
    let mut stage = Stage::new(&settings.program, &settings.work)?;
    let mut cases = Vec::new();
    for scenario in WRITING.iter().filter(|scenario| scenario.name != "strict") {
        for call in stage.calls(scenario)? {
            let mut faults = vec![Fault::Before, Fault::After];
            if matches!(call.place.kind, Kind::Write | Kind::WriteAt) && call.bytes > 1 {
                faults.push(Fault::Half);
            }
            cases.extend(faults.into_iter().map(|fault| Case {
                scenario,
                place: call.place.clone(),
                fault,
            }));
        }
    }
    stage.finish()?;
    Ok(cases)
}

fn kill(stage: &mut Stage, case: &Case) -> Result<Verdict> {
    let program = stage.program().clone();
    let prepared = stage.prepared(case.scenario)?;
    prepared.reset()?;
    let mut injection = Injection::new(case);
    traced(&program, prepared, &mut injection)?;
    if !injection.hit {
        return Ok(Verdict::NotReached);
    }
    let mut faults = Vec::new();
    let state = state(
        answers::hits(&program, &prepared.base)?,
        prepared,
        &mut faults,
    );
    after_next_run(&program, prepared, state, &mut faults)?;
    Ok(Verdict::of(faults))
}

/// Which commit an index shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// The one before, or that there is none.
    Old,
    /// That of the run.
    New,
    /// Neither.
    Wrong,
}

/// Which commit a search shows; anything but the one before or the one of the run is a fault.
pub(crate) fn state(answer: Answer, prepared: &Prepared, faults: &mut Vec<String>) -> State {
    match answer {
        Answer::Hits(hits) if hits == prepared.new => State::New,
        Answer::Hits(hits) if prepared.old.as_ref() == Some(&hits) => State::Old,
        Answer::Refused(_) if prepared.old.is_none() => State::Old,
        Answer::Hits(hits) if hits.0.is_empty() => {
            faults.push("search finds nothing".to_owned());
            State::Wrong
        }
        Answer::Hits(hits) => {
            let paths = hits.0.len();
            faults.push(format!("neither the old nor the new commit: {paths} hits"));
            State::Wrong
        }
        Answer::Refused(output) | Answer::Odd(output) => {
            faults.push(format!("search does not answer: {}", output.brief()));
            State::Wrong
        }
    }
}

/// Makes the next run, which must complete, leave nothing over, and make what a clean index is.
pub(crate) fn after_next_run(
    program: &crate::process::Program,
    prepared: &Prepared,
    state: State,
    faults: &mut Vec<String>,
) -> Result<()> {
    let mut runs = vec![(prepared.scenario.next, &prepared.kept)];
    if state == State::New {
        runs[0].1 = &prepared.full;
    }
    if prepared.kept != prepared.full {
        runs.push((prepared.scenario.command, &prepared.full));
    }
    for (args, right) in runs {
        let output = program.run(&prepared.base, &prepared.args(args))?;
        if !output.is(0) {
            faults.push(format!(
                "the next run does not complete: {}",
                output.brief()
            ));
            return Ok(());
        }
        let orphans = answers::orphans(&prepared.base.join("ix"), &prepared.names)?;
        if let Some(first) = orphans.first() {
            faults.push(format!(
                "left over: {} files such as {first}",
                orphans.len()
            ));
        }
        let full = match Full::of(program, &prepared.base) {
            Ok(full) => full,
            Err(error) => {
                faults.push(format!("after the next run: {error}"));
                return Ok(());
            }
        };
        for difference in full.differences(right) {
            faults.push(format!("unlike a clean index in {difference}"));
        }
    }
    Ok(())
}
