//! Signals to a real process.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const GLEANER: &str = env!("CARGO_BIN_EXE_gleaner");

/// A folder of articles, and one of a single one.
fn articles(count: usize) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(dir.path().join("articles")).expect("a folder");
    fs::create_dir(dir.path().join("few")).expect("a folder");
    fs::write(dir.path().join("few/a.md"), "sentinelword").expect("a file");
    for i in 0..count {
        let words: Vec<String> = (0..1000)
            .map(|j| format!("w{}", (i * 7919 + j * j) % 50_000))
            .collect();
        fs::write(dir.path().join(format!("articles/{i}.md")), words.join(" ")).expect("a file");
    }
    dir
}

fn start(folder: &Path, before: &[&str], args: &[&str]) -> Child {
    let line = [before, &[GLEANER], args].concat();
    Command::new(line[0])
        .args(&line[1..])
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs")
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill")
        .args([format!("-{signal}"), child.id().to_string()])
        .status();
    assert!(sent.is_ok_and(|status| status.success()));
}

/// The code and the messages of a child, and how long it took to end.
fn ended(mut child: Child) -> (Option<i32>, String, Duration) {
    let started = Instant::now();
    let mut err = String::new();
    child
        .stderr
        .take()
        .expect("messages")
        .read_to_string(&mut err)
        .expect("UTF-8");
    let status = child.wait().expect("it ends");
    assert_eq!(status.signal(), None, "{err}");
    (status.code(), err, started.elapsed())
}

/// Waits until a run works on its segments.
fn wait_until_it_writes(index: &Path) {
    let started = Instant::now();
    let is_segment = |entry: std::io::Result<fs::DirEntry>| {
        entry.is_ok_and(|entry| entry.path().extension().is_some_and(|e| e == "term"))
    };
    let count = || {
        fs::read_dir(index).map_or(0, |entries| {
            entries.filter_map(|e| is_segment(e).then_some(())).count()
        })
    };
    let before = count();
    while count() == before && started.elapsed() < Duration::from_millis(200) {
        sleep(Duration::from_millis(5));
    }
}

fn names(index: &Path) -> Vec<String> {
    let entries = fs::read_dir(index).expect("the index");
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
    let mut names: Vec<String> = entries
        .map(|e| name(e).to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_run_that_is_stopped_ends_soon_and_leaves_nothing() {
    let dir = articles(3000);
    let index = dir.path().join("index");
    assert_eq!(ended(start(dir.path(), &[], &["index", "few"])).0, Some(0));
    let before = names(&index);
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let child = start(dir.path(), &[], &["index", "articles"]);
        wait_until_it_writes(&index);
        send(signal, &child);
        let (ended_with, err, time) = ended(child);
        assert_eq!(ended_with, Some(code), "{err}");
        assert!(
            err.ends_with("\ngleaner: stopped; the index is as it was\n"),
            "{err}"
        );
        assert!(time < Duration::from_secs(2), "{time:?}");
        assert_eq!(names(&index), before);
        let (found, err, _) = ended(start(dir.path(), &[], &["search", "sentinelword"]));
        assert_eq!((found, &*err), (Some(0), "1 hit\n"));
    }
    let (code, err, _) = ended(start(dir.path(), &[], &["index", "few"]));
    assert!(code == Some(0) && err.contains("0 added"), "{err}");
}

#[test]
fn one_that_waits_for_another_process_takes_nothing_from_it() {
    let dir = articles(0);
    let index = dir.path().join("index");
    assert_eq!(ended(start(dir.path(), &[], &["index", "few"])).0, Some(0));
    let lock = fs::File::create(index.join(".gleaner.lock")).expect("the lock");
    lock.lock().expect("locked");
    let id = "0123456789abcdef0123456789abcdef";
    fs::write(index.join(format!("{id}.idx")), "of the other process").expect("a file");
    let child = start(dir.path(), &[], &["index", "few", "--wait"]);
    sleep(Duration::from_millis(200));
    send("INT", &child);
    let (code, err, time) = ended(child);
    assert_eq!(
        (code, &*err),
        (Some(130), "gleaner: stopped; the index is as it was\n")
    );
    assert!(time < Duration::from_secs(2), "{time:?}");
    assert!(index.join(format!("{id}.idx")).exists());
}

#[test]
fn what_was_ignored_before_stays_ignored() {
    let dir = articles(1500);
    let child = start(dir.path(), &["nohup"], &["index", "articles"]);
    sleep(Duration::from_millis(300));
    send("HUP", &child);
    let (code, err, _) = ended(child);
    assert!(
        code == Some(0) && err.contains("1500 added"),
        "{code:?} {err}"
    );
}

#[test]
fn a_file_cut_short_under_a_reader_is_an_error_and_no_crash() {
    let dir = articles(100);
    let index = dir.path().join("index");
    assert_eq!(
        ended(start(dir.path(), &[], &["index", "articles"])).0,
        Some(0)
    );
    // It searches when it is told to, so that the file is cut between two searches.
    let mut worker = Command::new(GLEANER)
        .current_dir(dir.path())
        .args(["bench", "--worker"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    let mut out = worker.stdout.take().expect("an output");
    out.read_exact(&mut [0; 10]).expect("a greeting");
    for name in names(&index) {
        if [".idx", ".pos", ".fast", ".term", ".store"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            fs::File::create(index.join(name)).expect("cut short");
        }
    }
    let mut requests = worker.stdin.take().expect("an input");
    for i in 0..100 {
        // It may have ended already.
        let _ = writeln!(requests, "snippets\t1\t1000000\tw{i} w{}", i + 1);
    }
    drop(requests);
    let (code, err, _) = ended(worker);
    assert_eq!(code, Some(2), "{err}");
    assert_eq!(
        err,
        "gleaner: index: a file of the index was cut short while it was read\n\
         Look with `gleaner check` whether the index is damaged.\n"
    );
}
