use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::support::project;

/// A package of ours.
struct Package {
    /// Its folder, as docs/dependencies.md names it: `cli`, `tests/faults`.
    name: String,
    folder: PathBuf,
    /// The crates of others it names, and whether tests and measurements alone use them.
    dependencies: BTreeSet<(String, bool)>,
}

/// All packages of the workspace, as cargo tells.
fn packages() -> Vec<Package> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(project())
        .output()
        .expect("cargo");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("what cargo metadata says");
    let root = PathBuf::from(metadata["workspace_root"].as_str().expect("a folder"));
    let packages = metadata["packages"].as_array().expect("packages").iter();
    packages
        .map(|package| of_metadata(package, &root))
        .collect()
}

fn of_metadata(package: &Value, root: &Path) -> Package {
    let manifest = Path::new(package["manifest_path"].as_str().expect("a path"));
    let folder = manifest.parent().expect("a folder").to_path_buf();
    let below = folder.strip_prefix(root).expect("within the workspace");
    let name = below.strip_prefix("crates");
    let ships = name.is_ok();
    let dependencies = package["dependencies"].as_array().expect("a list").iter();
    Package {
        name: name.unwrap_or(below).to_string_lossy().replace('\\', "/"),
        dependencies: dependencies
            .filter(|dependency| dependency["path"].is_null())
            .map(|dependency| {
                let name = dependency["name"].as_str().expect("a name").to_owned();
                (name, !ships || dependency["kind"] == "dev")
            })
            .collect(),
        folder,
    }
}

/// Dependencies and the packages that name them, of the program or of tests and measurements.
type Table = BTreeMap<String, BTreeSet<String>>;

fn of_manifests(packages: &[Package], in_tests: bool) -> Table {
    let mut table = Table::new();
    for package in packages {
        for (dependency, only_tests) in &package.dependencies {
            if *only_tests == in_tests {
                let names = table.entry(dependency.clone()).or_default();
                names.insert(package.name.clone());
            }
        }
    }
    table
}

/// The first two columns of the tables of a part of the document.
fn of_document(part: &str) -> Table {
    let rows = part.lines().filter(|line| line.starts_with("| "));
    let rows = rows.map(|row| row.split('|').map(str::trim).collect::<Vec<_>>());
    rows.filter(|cells| !matches!(cells[1], "dependency" | "---"))
        .map(|cells| {
            assert!(
                cells[3..cells.len() - 1]
                    .iter()
                    .all(|cell| !cell.is_empty())
            );
            // `cli (Unix)`: what is in parentheses is for the reader.
            let names = cells[2].split(", ");
            let names = names.map(|name| name.split(" (").next().unwrap_or(name).to_owned());
            (cells[1].to_owned(), names.collect())
        })
        .collect()
}

#[test]
fn the_document_names_each_dependency_and_no_other() {
    let text = fs::read_to_string(project().join("docs/dependencies.md")).expect("the document");
    let (of_program, of_tests) = text.split_once("\n## ").expect("two parts");
    let packages = packages();
    for (part, in_tests) in [(of_program, false), (of_tests, true)] {
        let (rows, named) = (of_document(part), of_manifests(&packages, in_tests));
        let missing: Vec<_> = named
            .iter()
            .filter(|row| rows.get(row.0) != Some(row.1))
            .collect();
        let stale: Vec<_> = rows
            .keys()
            .filter(|name| !named.contains_key(*name))
            .collect();
        assert!(
            missing.is_empty() && stale.is_empty(),
            "not so in the document: {missing:?}; in no manifest: {stale:?}"
        );
    }
}

/// All source files below a folder, but those of packages of their own.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() && !path.join("Cargo.toml").exists() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The words of the sources of a package, with those that are compiled into it from elsewhere.
fn words(package: &Package) -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(&package.folder, &mut files);
    let mut words = BTreeSet::new();
    let mut next = 0;
    while let Some(file) = files.get(next).cloned() {
        next += 1;
        let text = fs::read_to_string(&file).expect("a source file");
        let elsewhere = text
            .lines()
            .filter_map(|line| line.strip_prefix("#[path = \"../"));
        for path in elsewhere.filter_map(|rest| rest.split('"').next()) {
            let parts = package.folder.join("..").join(path);
            sources(parts.parent().expect("a folder"), &mut files);
        }
        let letters = |c: char| c.is_alphanumeric() || c == '_';
        words.extend(text.split(|c| !letters(c)).map(str::to_owned));
    }
    words
}

#[test]
fn each_dependency_is_used() {
    let mut unused = Vec::new();
    for package in packages() {
        let words = words(&package);
        for (dependency, _) in &package.dependencies {
            // It is there for its feature alone: tests/Cargo.toml says why.
            let is_for_feature = dependency == "zerocopy";
            if !words.contains(&dependency.replace('-', "_")) && !is_for_feature {
                unused.push(format!("{}: {dependency}", package.name));
            }
        }
    }
    assert_eq!(unused, [] as [&str; 0]);
}

#[test]
fn no_package_may_have_unsafe_code() {
    let lines = |path: &Path| -> Vec<String> {
        let text = fs::read_to_string(path).expect("a manifest");
        text.lines().map(str::to_owned).collect()
    };
    let has = |lines: &[String], section: &str, entry: &str| {
        let at = lines.iter().position(|line| line == section);
        let entries = at.map_or(&[][..], |at| &lines[at + 1..]);
        let mut entries = entries.iter().take_while(|line| !line.starts_with('['));
        entries.any(|line| line == entry)
    };
    let workspace = lines(&project().join("Cargo.toml"));
    // What is forbidden no attribute allows again.
    assert!(has(
        &workspace,
        "[workspace.lints.rust]",
        r#"unsafe_code = "forbid""#
    ));
    for package in packages() {
        let manifest = lines(&package.folder.join("Cargo.toml"));
        assert!(
            has(&manifest, "[lints]", "workspace = true"),
            "{}",
            package.name
        );
    }
}
