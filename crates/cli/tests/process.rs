//! The real command as a process: what cannot be tried from within.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

const GLEANER: &str = env!("CARGO_BIN_EXE_gleaner");

fn seeds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../seeds")
}

fn gleaner(folder: &Path, args: &[&str]) -> Output {
    Command::new(GLEANER)
        .current_dir(folder)
        .args(args)
        .output()
        .expect("the command runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder with the seeds in it, as after a clone.
fn clone_with_seeds() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(dir.path().join("seeds")).expect("a folder");
    for entry in fs::read_dir(seeds()).expect("the seeds") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        fs::copy(&path, dir.path().join("seeds").join(name)).expect("copied");
    }
    dir
}

fn many_articles(count: usize) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let articles = dir.path().join("articles");
    fs::create_dir(&articles).expect("a folder");
    for i in 0..count {
        let text = format!(
            "# Article {i}\n\n{}\n",
            format!("word{i} common text ").repeat(100)
        );
        fs::write(articles.join(format!("{i}.md")), text).expect("a file");
    }
    dir
}

/// Files of the index that look like the engine's, and are not counted by a status.
fn index_files(index: &Path) -> Vec<String> {
    let entries = fs::read_dir(index).expect("the index");
    let names = entries.map(|e| {
        e.expect("an entry")
            .file_name()
            .to_string_lossy()
            .into_owned()
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn the_first_search_makes_the_index_and_finds_all_three() {
    let dir = clone_with_seeds();
    let ran = gleaner(dir.path(), &["search", "brain cloning"]);
    assert!(ran.status.success());
    assert_eq!(
        text(&ran.stderr),
        "index: no index yet; making one of the articles in `seeds`\n\
         3 articles: 3 added, 0 changed, 0 removed, 0 unchanged\n3 hits\n"
    );
    let out = text(&ran.stdout);
    for file in [
        "seeds/000_9cc39a4a6963c75f.txt:",
        "seeds/001_77feaa13a1e19091.txt:",
        "seeds/003_6a51a6705fafdd11.txt:",
    ] {
        assert!(out.contains(file), "{out}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let dir = many_articles(300);
    gleaner(dir.path(), &["index", "articles"]);
    let mut child = Command::new(GLEANER)
        .current_dir(dir.path())
        .args(["search", "-n", "300", "common"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    let mut out = child.stdout.take().expect("an output");
    out.read_exact(&mut [0; 10]).expect("a beginning");
    drop(out);
    let ran = child.wait_with_output().expect("it ends");
    assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
}

#[test]
fn a_run_that_is_killed_changes_nothing_and_the_next_one_completes() {
    let dir = many_articles(1500);
    let index = dir.path().join("index");
    fs::create_dir(dir.path().join("few")).expect("a folder");
    fs::write(dir.path().join("few/a.md"), "the first keyword").expect("a file");
    gleaner(dir.path(), &["index", "few"]);
    let before = index_files(&index);
    for moment in [5, 20, 60, 120, 200, 300] {
        let mut child = Command::new(GLEANER)
            .current_dir(dir.path())
            .args(["index", "articles"])
            .stderr(Stdio::null())
            .spawn()
            .expect("the command runs");
        thread::sleep(Duration::from_millis(moment));
        let finished = child.try_wait().expect("a state").is_some();
        child.kill().expect("killed");
        child.wait().expect("it ends");
        let found = gleaner(dir.path(), &["search", "keyword"]).status.code();
        let found_new = gleaner(dir.path(), &["search", "common"]).status.code();
        assert!(found == Some(0) || found_new == Some(0), "an index answers");
        if finished || found_new == Some(0) {
            break;
        }
    }
    // Whatever was left behind goes with the next run, even one that finds nothing to do.
    let ran = gleaner(dir.path(), &["index", "few"]);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    let after = index_files(&index);
    assert_eq!(after.len(), before.len(), "{after:?}");
    let ran = gleaner(dir.path(), &["index", "articles"]);
    assert!(
        text(&ran.stderr).contains("1500 articles: 1500 added, 0 changed, 1 removed"),
        "{}",
        text(&ran.stderr)
    );
    let status = text(&gleaner(dir.path(), &["status"]).stdout);
    assert!(status.contains("as indexed"), "{status}");
}

#[test]
fn one_process_writes_and_others_are_told_or_wait_while_searches_go_on() {
    let dir = clone_with_seeds();
    gleaner(dir.path(), &["index"]);
    let lock = File::create(dir.path().join("index/.gleaner.lock")).expect("the lock");
    lock.lock().expect("locked");
    let refused = gleaner(dir.path(), &["index"]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(
        text(&refused.stderr),
        "gleaner: index: another process is writing\n\
         Try again when it has finished, or wait for it with `--wait`.\n"
    );
    assert!(gleaner(dir.path(), &["search", "netflix"]).status.success());
    let waiting = Command::new(GLEANER)
        .current_dir(dir.path())
        .args(["index", "--wait"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    thread::sleep(Duration::from_millis(200));
    lock.unlock().expect("unlocked");
    let ran = waiting.wait_with_output().expect("it ends");
    assert_eq!(
        text(&ran.stderr),
        "3 articles: 0 added, 0 changed, 0 removed, 3 unchanged\n"
    );
}

#[cfg(unix)]
#[test]
fn an_index_on_a_read_only_medium_can_be_searched() {
    use std::os::unix::fs::PermissionsExt;
    let set = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
    };
    let dir = clone_with_seeds();
    gleaner(dir.path(), &["index"]);
    let index = dir.path().join("index");
    // As on a medium that never was written to, there is no lock file.
    for name in [
        ".tantivy-meta.lock",
        ".tantivy-writer.lock",
        ".gleaner.lock",
    ] {
        let _ = fs::remove_file(index.join(name));
    }
    for name in index_files(&index) {
        set(&index.join(name), 0o444);
    }
    set(&index, 0o555);
    set(dir.path(), 0o755);
    let copy = dir.path().join("gleaner");
    fs::copy(GLEANER, &copy).expect("copied");
    set(&copy, 0o755);
    // The superuser may write everywhere, so the command runs as nobody where it can.
    let probe = Command::new("setpriv")
        .args(["--reuid=65534", "true"])
        .status();
    let mut command = if probe.is_ok_and(|status| status.success()) {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(&copy);
        command
    } else {
        Command::new(&copy)
    };
    let ran = command
        .current_dir(dir.path())
        .args(["search", "netflix"])
        .output()
        .expect("it runs");
    set(&index, 0o755);
    assert_eq!(ran.status.code(), Some(0), "{}", text(&ran.stderr));
    assert_eq!(text(&ran.stderr), "3 hits\n");
}

#[test]
fn two_programs_search_by_turns_and_a_broken_one_is_told_of() {
    let dir = clone_with_seeds();
    gleaner(dir.path(), &["index"]);
    fs::write(dir.path().join("queries.tsv"), "teaser\nnetflix film\n").expect("a file");
    let keep = [
        "bench",
        "--runs",
        "1",
        "--queries",
        "queries.tsv",
        "--save",
        "self",
    ];
    let kept = gleaner(dir.path(), &keep);
    assert!(kept.status.success(), "{}", text(&kept.stderr));
    let shown = text(&kept.stdout);
    assert!(
        shown.contains("\ncold, snippets: the best 10 with passages\n"),
        "{shown}"
    );
    let against = ["bench", "--runs", "2", "--against", "self"];
    let shown = text(&gleaner(dir.path(), &against).stdout);
    assert!(
        shown.contains("\nboth searched by turns, in 2 rounds\n"),
        "{shown}"
    );
    assert!(!shown.contains("different numbers"), "{shown}");
    // What is kept is put in the place of a program that cannot search.
    let place = dir.path().join(".gleaner-bench/self");
    let program = fs::read_dir(&place)
        .expect("what is kept")
        .find_map(|entry| {
            let path = entry.expect("an entry").path();
            (path.extension() != Some("json".as_ref())).then_some(path)
        });
    fs::write(program.expect("a program"), "no program").expect("a file");
    let ran = gleaner(dir.path(), &against);
    let shown = text(&ran.stdout);
    assert!(
        ran.status.success() && shown.contains("they could not search by turns"),
        "{shown}"
    );
    // Notes of somebody are left alone.
    fs::create_dir(dir.path().join(".gleaner-bench/notes")).expect("a folder");
    fs::write(dir.path().join(".gleaner-bench/notes/a.md"), "mine").expect("a file");
    let ran = gleaner(dir.path(), &[&keep[..6], &["notes"]].concat());
    assert_eq!(ran.status.code(), Some(2));
    assert!(text(&ran.stderr).contains("not a saved run; refusing to touch it"));
}
