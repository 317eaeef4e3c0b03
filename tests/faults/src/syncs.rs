//! The order in which a run puts its files on disk: what a loss of power after any call leaves is decided by
//! which calls of `fsync` were made before it. An exit code of 0 means that the commit is durable, so all of them
//! must be there, at their places.

use crate::Result;
use crate::call::{Call, Kind};
use crate::report::{Settings, Tally, Verdict};
use crate::scenario::WRITING;
use crate::stage::Stage;

/// The rename that makes a commit the one that readers open.
const COMMIT: &str = "ix/meta.json";

/// Looks at one undisturbed run of each scenario that writes.
///
/// # Errors
/// If the command fails, or must not be traced.
pub fn run(settings: &Settings) -> Result<Tally> {
    let mut tally = Tally::new("syncs");
    let mut stage = Stage::new(&settings.program, &settings.work)?;
    for scenario in WRITING {
        let faults = faults(&stage.calls(scenario)?);
        tally.add(scenario.name, Verdict::of(faults));
    }
    stage.finish()?;
    Ok(tally)
}

/// What of a run could be lost with the power although it ended well.
fn faults(calls: &[Call]) -> Vec<String> {
    let Some(commit) = calls.iter().position(is_commit) else {
        // A run in which nothing changed makes none, and then writes nothing that one would need.
        let lost = written(calls).into_iter().map(kind_of);
        return lost
            .map(|file| format!("written for no commit: {file}"))
            .collect();
    };
    let mut faults = Vec::new();
    let (before, after) = calls.split_at(commit);
    for file in written(before) {
        if !is_synced_after_last_write(before, file) {
            faults.push(format!(
                "not on disk before the commit names it: {}",
                kind_of(file)
            ));
        }
    }
    // A file that is not on disk by its name is not there after a loss of power, whatever was written to it.
    let named = before
        .iter()
        .rposition(|call| call.place.kind == Kind::Create && is_of_segment(&call.place.path));
    if named.is_some_and(|named| !before[named..].iter().any(is_folder_sync)) {
        faults.push("names of files not on disk before the commit".to_owned());
    }
    let removed = after
        .iter()
        .position(|call| call.place.kind == Kind::Unlink && is_of_segment(&call.place.path));
    match after.iter().position(is_folder_sync) {
        None => faults.push("the commit is not on disk when the run ends".to_owned()),
        Some(synced) if removed.is_some_and(|removed| removed < synced) => {
            faults.push("files of the old commit removed before the new one is on disk".to_owned());
        }
        Some(_) => {}
    }
    faults
}

fn is_commit(call: &Call) -> bool {
    call.place.kind == Kind::Rename && call.place.path.contains(COMMIT)
}

fn is_folder_sync(call: &Call) -> bool {
    call.place.kind == Kind::Sync && call.place.path == "ix"
}

fn is_of_segment(path: &str) -> bool {
    path.starts_with("ix/S")
}

fn writes(call: &Call) -> bool {
    matches!(call.place.kind, Kind::Write | Kind::WriteAt)
}

/// The files of a run that its commit needs: those of segments that were not removed again, and the list of
/// segments under the name it is written by.
fn written(calls: &[Call]) -> Vec<&str> {
    let mut files: Vec<&str> = calls
        .iter()
        .filter(|call| writes(call))
        .map(|call| call.place.path.as_str())
        .filter(|path| is_of_segment(path) || path.starts_with(COMMIT))
        .collect();
    files.sort_unstable();
    files.dedup();
    let is_removed = |path: &str| {
        let mut calls = calls.iter();
        calls.any(|call| call.place.kind == Kind::Unlink && call.place.path == path)
    };
    files.retain(|path| !is_removed(path));
    files
}

fn is_synced_after_last_write(calls: &[Call], path: &str) -> bool {
    let of_file = |call: &&Call| call.place.path == path;
    let last = calls
        .iter()
        .filter(of_file)
        .rfind(|call| writes(call) || call.place.kind == Kind::Sync);
    last.is_some_and(|call| call.place.kind == Kind::Sync)
}

/// The name of a file without its segment, so that equal faults count as one kind.
fn kind_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    if is_of_segment(path) {
        name.split_once('.')
            .map_or(name, |(_, extension)| extension)
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::example as call;

    /// A run as it should be.
    fn sound() -> Vec<Call> {
        use Kind::{Create, Rename, Sync, Unlink, Write};
        let calls = [
            (Create, "ix/S1.term"),
            (Write, "ix/S1.term"),
            (Sync, "ix/S1.term"),
            (Sync, "ix"),
            (Create, "ix/meta.json.new"),
            (Write, "ix/meta.json.new"),
            (Sync, "ix/meta.json.new"),
            (Rename, "ix/meta.json.new -> ix/meta.json"),
            (Sync, "ix"),
            (Unlink, "ix/S0.term"),
        ];
        calls.map(|(kind, path)| call(kind, path)).to_vec()
    }

    #[test]
    fn each_sync_of_a_run_is_missed_when_it_is_not_there() {
        assert_eq!(faults(&sound()), [] as [&str; 0]);
        let syncs: Vec<usize> = (0..sound().len())
            .filter(|&at| sound()[at].place.kind == Kind::Sync)
            .collect();
        assert_eq!(syncs.len(), 4);
        for at in syncs {
            let mut calls = sound();
            let missing = calls.remove(at);
            assert_eq!(faults(&calls).len(), 1, "without {}", missing.place);
        }
    }

    #[test]
    fn a_run_without_a_commit_writes_nothing_for_one() {
        assert_eq!(faults(&[call(Kind::Unlink, "ix/S1.term")]), [] as [&str; 0]);
        assert_eq!(faults(&sound()[..4]), ["written for no commit: term"]);
    }

    #[test]
    fn a_sync_at_the_wrong_place_is_none() {
        let mut early = sound();
        early.swap(1, 2);
        assert_eq!(
            faults(&early),
            ["not on disk before the commit names it: term"]
        );
        let mut late = sound();
        late.swap(8, 9);
        assert_eq!(
            faults(&late),
            ["files of the old commit removed before the new one is on disk"]
        );
    }
}
