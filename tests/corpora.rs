use std::fs;
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::thread;

use crate::support::project;

/// What the targets of the fuzzer do with an input, compiled like any test.
#[path = "../fuzz/src/lib.rs"]
#[allow(unreachable_pub, reason = "it is a library where the fuzzer is built")]
mod targets;

/// The inputs that the fuzzer kept for a target, in the order of their names.
fn inputs(target: &str) -> Vec<PathBuf> {
    let folder = project().join("fuzz/corpus").join(target);
    let entries = fs::read_dir(folder).expect("a folder of inputs");
    let mut files: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    files.sort();
    files
}

#[test]
fn whatever_the_fuzzer_kept_is_taken() {
    thread::scope(|scope| {
        for (name, target) in targets::TARGETS {
            scope.spawn(move || {
                let inputs = inputs(name);
                assert!(!inputs.is_empty(), "no inputs for {name}");
                for file in inputs {
                    let data = fs::read(&file).expect("an input");
                    let taken = catch_unwind(|| target(&data));
                    assert!(taken.is_ok(), "{}", file.display());
                }
            });
        }
    });
}

#[test]
fn every_folder_of_inputs_has_a_target() {
    let entries = fs::read_dir(project().join("fuzz/corpus")).expect("the folder of inputs");
    for entry in entries {
        let name = entry.expect("an entry").file_name();
        let is_known = targets::TARGETS.iter().any(|(target, _)| name == *target);
        assert!(is_known, "{}", name.display());
    }
}
