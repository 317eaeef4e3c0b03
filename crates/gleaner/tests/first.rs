//! The example of the README runs, and finds what it says.

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn the_first_example_finds_the_review() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(dir.path().join("seeds")).expect("a folder");
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds");
    for entry in fs::read_dir(seeds).expect("the seeds") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        fs::copy(&path, dir.path().join("seeds").join(name)).expect("copied");
    }
    // Cargo builds examples with the tests, beside the folder of the test programs.
    let test = std::env::current_exe().expect("this program");
    let example = test
        .parent()
        .and_then(Path::parent)
        .expect("the folder of programs");
    let ran = Command::new(example.join("examples/first"))
        .current_dir(dir.path())
        .output()
        .expect("the example is built by `cargo test`");
    let err = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(
        err,
        "3 articles: 3 added, 0 changed, 0 removed, 0 unchanged\n"
    );
    let out = String::from_utf8_lossy(&ran.stdout);
    assert!(out.starts_with("1 hits in "), "{out}");
    assert!(
        out.contains("003_6a51a6705fafdd11.txt  Stream It Or Skip It"),
        "{out}"
    );
}
