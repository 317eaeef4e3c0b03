//! Everything the README shows is run.
//!
//! `UPDATE_EXPECT=1 cargo test -p gleaner-cli --test readme` writes what the commands print into the
//! README.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs the commands of a block, lines that begin with `$ `, and gives the block as it should be.
fn run_block(block: &str, folder: &Path) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_gleaner"))
        .parent()
        .expect("a folder");
    let path = format!(
        "{}:{}",
        bin.display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let mut shown = String::new();
    for command in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
        let ran = Command::new("sh")
            .args(["-c", &format!("{command} 2>&1")])
            .current_dir(folder)
            .env("PATH", &path)
            .output()
            .expect("a shell");
        shown.extend(["$ ", command, "\n", &String::from_utf8_lossy(&ran.stdout)]);
    }
    shown
}

#[test]
fn the_tour_shows_what_the_commands_print() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for folder in ["seeds", "docs/example"] {
        fs::create_dir_all(dir.path().join(folder)).expect("a folder");
        for entry in fs::read_dir(project().join(folder)).expect("the files") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name");
            fs::copy(&path, dir.path().join(folder).join(name)).expect("copied");
        }
    }
    let readme = project().join("README.md");
    let text = fs::read_to_string(&readme).expect("the README");
    let mut expected = String::new();
    for (i, part) in text.split("```console\n").enumerate() {
        if i == 0 {
            expected += part;
            continue;
        }
        let (block, rest) = part.split_once("```").expect("an end of the block");
        expected.extend(["```console\n", &run_block(block, dir.path()), "```", rest]);
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&readme, &expected).expect("written");
    } else {
        assert_eq!(text, expected);
    }
}

#[test]
fn the_program_is_the_example() {
    let text = fs::read_to_string(project().join("README.md")).expect("the README");
    let (_, rest) = text.split_once("```rust\n").expect("a Rust block");
    let (block, _) = rest.split_once("```").expect("an end of the block");
    let example = project().join("crates/gleaner/examples/first.rs");
    let example = fs::read_to_string(example).expect("the example");
    let (_, code) = example
        .split_once("\n\n")
        .expect("a doc comment before the code");
    assert_eq!(block, code);
}
