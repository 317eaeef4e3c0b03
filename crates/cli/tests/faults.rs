//! A small, fixed part of the attacks of `gleaner-faults`, which makes thousands (docs/reliability.md).
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::path::Path;

use gleaner_faults::process::Program;
use gleaner_faults::report::{Settings, Tally};
use gleaner_faults::{damage, errors, folder, inject, kills, syncs};

/// Only attacks whose name begins so; of these `sample` ones chosen by a seed, or all.
fn settings(only: &str, sample: Option<(usize, u64)>) -> Settings {
    Settings {
        program: Program::new(Path::new(env!("CARGO_BIN_EXE_gleaner"))).expect("the command"),
        work: folder::workplace(),
        jobs: 2,
        sample,
        limit: None,
        only: Some(only.to_owned()),
    }
}

/// Makes the attacks, of which at least `least` must come to their place, and none may find anything.
fn survives(
    part: fn(&Settings) -> gleaner_faults::Result<Tally>,
    only: &str,
    sample: Option<(usize, u64)>,
    least: usize,
) {
    // Where no process can be traced, nothing can be attacked.
    if inject::refusal().is_some() {
        return;
    }
    let tally = part(&settings(only, sample)).expect("the attacks are made");
    let mut report = Vec::new();
    tally.write(&mut report, 3).expect("a report in memory");
    let report = String::from_utf8_lossy(&report);
    assert!(tally.failures.is_empty(), "{report}");
    assert!(tally.survived() >= least, "{report}");
}

#[test]
fn each_run_puts_its_files_on_disk_in_order() {
    survives(syncs::run, "", None, 11);
}

#[test]
fn kills_leave_the_old_or_the_new_commit() {
    survives(kills::run, "", Some((40, 1)), 30);
}

#[test]
fn errors_of_the_system_lose_nothing() {
    survives(errors::run, "", Some((60, 1)), 50);
}

#[test]
fn folders_that_cannot_be_listed_keep_their_articles() {
    survives(errors::run, "update/list:src", None, 4);
}

#[test]
fn damage_is_reported_and_mended() {
    survives(damage::run, "", Some((30, 1)), 25);
}
