//! Work done in a process of its own, so that its memory and processor time are its own.
//!
//! The bench starts itself once more with a hidden first argument; the child says in one line what it
//! did and what that took.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use cpu_time::ProcessTime;
use gleaner_benches::peers::{Kind, files};
use gleaner_benches::{Ask, Class, Want};

/// The hidden argument.
pub(crate) const NAME: &str = "--child";

/// What a child can be told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Child {
    /// Make an index.
    Index,
    /// Bring it up to date.
    Update,
    /// Look at every file: what no program that notices changes can do without.
    Floor,
}

/// What that took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cost {
    /// Articles, or files read.
    pub(crate) count: u64,
    /// Microseconds by the clock, from the start of the work to its end; starting and ending the
    /// process are not in it.
    pub(crate) wall: f64,
    /// Microseconds of all processors together, in user and system.
    pub(crate) cpu: f64,
    /// Most bytes resident at any moment (`VmHWM`); 0 where the system does not say.
    pub(crate) peak: u64,
}

impl Child {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Index, "index"),
        (Self::Update, "update"),
        (Self::Floor, "floor"),
    ];

    /// Does the work in a child.
    pub(crate) fn run(self, kind: Kind, articles: &Path, index: &Path) -> Cost {
        let name = Self::ALL.iter().find(|(child, _)| *child == self);
        let name = name.expect("a name").1;
        let output = itself()
            .args([NAME, name, kind.name()])
            .args([articles, index])
            .output()
            .expect("a child");
        let said = String::from_utf8_lossy(&output.stdout);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{name} {}: {complaint}",
            kind.name()
        );
        let mut numbers = said.split_whitespace().map(str::parse::<u64>);
        let mut next = || numbers.next().expect("four numbers").expect("a number");
        Cost {
            count: next(),
            wall: next() as f64,
            cpu: next() as f64,
            peak: next(),
        }
    }
}

/// This program once more.
pub(crate) fn itself() -> Command {
    Command::new(std::env::current_exe().expect("a path of this program"))
}

/// The command that answers two words in this program, as a process that searches once.
pub(crate) fn search(kind: Kind, index: &Path, want: Want, words: &[String]) -> Command {
    let want = if want == Want::Snippets {
        "snippets"
    } else {
        "hits"
    };
    let mut command = itself();
    command
        .args([NAME, want, kind.name()])
        .arg(index)
        .args(words);
    command
}

/// What the child does with its arguments.
pub(crate) fn main(arguments: &[String]) {
    let kind = Kind::of(&arguments[1]).expect("a program");
    let want = match arguments[0].as_str() {
        "hits" => Want::Hits,
        "snippets" => Want::Snippets,
        work => return work_once(work, kind, &arguments[2..]),
    };
    let ask = Ask {
        class: Class::Or,
        words: arguments[3..].to_vec(),
        filter: None,
    };
    let found = kind.open(Path::new(&arguments[2])).find(&ask, want);
    for hit in found.expect("an answer").hits {
        let path = String::from_utf8_lossy(&hit.path);
        println!("{path}\t{}\t{}", hit.title, hit.snippet.replace('\n', " "));
    }
}

fn work_once(work: &str, kind: Kind, folders: &[String]) {
    let [articles, index] = [&folders[0], &folders[1]].map(PathBuf::from);
    let (started, cpu) = (Instant::now(), ProcessTime::now());
    let count = match work {
        "index" => kind.index(&articles, &index),
        "update" => kind.update(&articles, &index).expect("an update"),
        _ => files(&articles)
            .map(|file| fs::metadata(file).expect("a file").len().min(1))
            .sum(),
    };
    let (wall, cpu) = (started.elapsed(), cpu.elapsed());
    println!(
        "{count} {} {} {}",
        wall.as_micros(),
        cpu.as_micros(),
        peak()
    );
}

/// The most memory this process had, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
    kilobytes.map_or(0, |kilobytes: u64| kilobytes * 1024)
}
