//! Runs that are attacked: what the index and the articles are before, the command, and what a clean
//! index gives afterwards.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::answers::{self, Full, Hits};
use crate::folder::{self, Inventory};
use crate::process::{Output, Program};

/// What is done before the command that is attacked. Paths are those below the folder of the case.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// So many articles, `src/a00.md` and on.
    Fill(u32),
    /// An article in this version.
    Put(&'static str, u32),
    /// An article goes.
    Remove(&'static str),
    /// An article gets another name.
    Rename(&'static str, &'static str),
    /// The command is run with these arguments.
    Run(&'static [&'static str]),
    /// Files of segments that no commit uses, as a killed run leaves them.
    Orphans,
}

/// A command, and what there is before it.
#[derive(Debug)]
pub struct Scenario {
    /// Its name, as in the names of cases.
    pub name: &'static str,
    /// How the index comes about. None: there is no index.
    pub before: &'static [Step],
    /// What changes afterwards.
    pub change: &'static [Step],
    /// Arguments of the command that is attacked, after `--index ix`.
    pub command: &'static [&'static str],
    /// Arguments of the next run.
    pub next: &'static [&'static str],
    /// Arguments by which an index made anew is what the command should have made.
    pub clean: &'static [&'static str],
    /// Whether the command only reads.
    pub reads: bool,
}

use Step::{Fill, Orphans, Put, Remove, Rename, Run};

const INDEX: &[&str] = &["index", "src"];
const CHANGES: &[Step] = &[
    Put("src/a03.md", 2),
    Put("src/new.md", 1),
    Remove("src/a05.md"),
];
const MANY_CHANGES: &[Step] = &[
    Put("src/a03.md", 2),
    Put("src/sub/a04.md", 2),
    Put("src/new.md", 1),
    Put("src/sub/new.txt", 1),
    Remove("src/a05.md"),
    Rename("src/a06.md", "src/sub/moved.md"),
];
const FOUR_SEGMENTS: &[Step] = &[
    Fill(12),
    Run(INDEX),
    Put("src/b1.md", 1),
    Put("src/b2.md", 1),
    Run(INDEX),
    Remove("src/a01.md"),
    Run(INDEX),
];

/// All commands that write.
pub const WRITING: &[Scenario] = &[
    Scenario {
        name: "first",
        before: &[],
        change: &[Fill(12), Put("src/sub/b.txt", 1)],
        command: INDEX,
        next: INDEX,
        clean: INDEX,
        reads: false,
    },
    Scenario {
        name: "update",
        before: &[Fill(14), Run(INDEX)],
        change: CHANGES,
        command: INDEX,
        next: INDEX,
        clean: INDEX,
        reads: false,
    },
    Scenario {
        name: "removal",
        before: FOUR_SEGMENTS,
        change: &[Remove("src/a02.md")],
        command: INDEX,
        next: INDEX,
        clean: INDEX,
        reads: false,
    },
    Scenario {
        name: "merge",
        before: FOUR_SEGMENTS,
        change: MANY_CHANGES,
        command: INDEX,
        next: INDEX,
        clean: INDEX,
        reads: false,
    },
    Scenario {
        name: "strict",
        before: &[Fill(12), Run(INDEX)],
        change: MANY_CHANGES,
        command: &["index", "--strict", "src"],
        next: INDEX,
        clean: INDEX,
        reads: false,
    },
    Scenario {
        name: "rebuild",
        before: &[Fill(12), Run(INDEX)],
        change: MANY_CHANGES,
        command: &["index", "--rebuild", "src"],
        next: INDEX,
        clean: INDEX,
        reads: false,
    },
    Scenario {
        name: "language",
        before: &[Fill(12), Run(INDEX)],
        change: MANY_CHANGES,
        command: &["index", "--rebuild", "--language", "german", "src"],
        next: INDEX,
        clean: &["index", "--language", "german", "src"],
        reads: false,
    },
    Scenario {
        name: "root",
        before: &[
            Fill(12),
            Put("two/c1.md", 1),
            Put("two/c2.md", 1),
            Run(INDEX),
        ],
        change: &[Put("two/a01.md", 7)],
        command: &["index", "two"],
        next: &["index", "two"],
        clean: &["index", "two"],
        reads: false,
    },
    Scenario {
        name: "selection",
        before: &[Fill(12), Put("src/b.txt", 1), Run(INDEX)],
        change: &[],
        command: &["index", "--ext", "md", "--exclude", "sub", "src"],
        next: &["index", "--ext", "md", "--exclude", "sub", "src"],
        clean: &["index", "--ext", "md", "--exclude", "sub", "src"],
        reads: false,
    },
    Scenario {
        name: "refresh",
        before: &[Fill(12), Run(INDEX)],
        change: CHANGES,
        command: &["search", "--refresh", "--format", "paths", "sentinel"],
        next: INDEX,
        clean: INDEX,
        reads: false,
    },
    Scenario {
        name: "sweep",
        before: &[Fill(12), Run(INDEX), Orphans],
        change: &[],
        command: INDEX,
        next: INDEX,
        clean: INDEX,
        reads: false,
    },
];

/// Commands that read, on an index of several segments with deleted documents.
pub const READING: &[Scenario] = &[
    reading(
        "search",
        &["search", "--format", "json", "sentinel", "harbour"],
    ),
    reading("status", &["status"]),
    reading("fields", &["fields", "--format", "json"]),
    reading("similar", &["similar", "src/a00.md"]),
];

/// An index of three segments, one of them with deleted documents, to be damaged.
pub const DAMAGED: Scenario = Scenario {
    name: "damaged",
    before: &[
        Fill(25),
        Run(INDEX),
        Put("src/b1.md", 1),
        Put("src/b2.md", 1),
        Put("src/b3.md", 1),
        Put("src/b4.md", 1),
        Put("src/b5.md", 1),
        Run(INDEX),
        Put("src/c1.md", 1),
        Run(INDEX),
        Remove("src/a01.md"),
        Run(INDEX),
    ],
    change: &[],
    command: INDEX,
    next: INDEX,
    clean: INDEX,
    reads: false,
};

const fn reading(name: &'static str, command: &'static [&'static str]) -> Scenario {
    Scenario {
        name,
        before: FOUR_SEGMENTS,
        change: &[],
        command,
        next: INDEX,
        clean: INDEX,
        reads: true,
    }
}

/// A scenario set up in a folder, with what is right afterwards.
#[derive(Debug)]
pub struct Prepared {
    /// What was set up.
    pub scenario: &'static Scenario,
    /// Where; the index is `ix` in it, the one to start from `ix0`.
    pub base: PathBuf,
    /// What a search gave before, if there was an index.
    pub old: Option<Hits>,
    /// What a search of a clean index gives.
    pub new: Hits,
    /// All answers of a clean index.
    pub full: Full,
    /// All answers of an index that the next run makes of the one before.
    pub kept: Full,
    /// Names of files in a clean index, but for segments.
    pub names: BTreeSet<String>,
    /// The articles; nobody may change them.
    pub articles: Inventory,
}

impl Prepared {
    /// Sets a scenario up in a new folder of its name below `stage`.
    ///
    /// # Errors
    /// If the command fails without any attack, or the file system does.
    pub fn new(program: &Program, stage: &Path, scenario: &'static Scenario) -> Result<Self> {
        let base = stage.join(scenario.name);
        folder::remove(&base)?;
        fs::create_dir_all(base.join("src"))?;
        fs::write(base.join("queries.tsv"), answers::QUERIES)?;
        for step in scenario.before {
            step.take(program, &base)?;
        }
        let before = base.join("ix");
        let old = if before.exists() {
            let hits = answers::hits(program, &base)?.expect("before")?;
            fs::rename(&before, base.join("ix0"))?;
            Some(hits)
        } else {
            None
        };
        for step in scenario.change {
            step.take(program, &base)?;
        }
        let kept = clean(program, &base, scenario.next)?.0;
        let (full, new, names) = clean(program, &base, scenario.clean)?;
        let articles = folder::inventory(&base.join("src"))?;
        Ok(Self {
            scenario,
            base,
            old,
            new,
            full,
            kept,
            names,
            articles,
        })
    }

    /// Puts the index back as it was before.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn reset(&self) -> Result<()> {
        let index = self.base.join("ix");
        folder::remove(&index)?;
        if self.old.is_some() {
            folder::copy(&self.base.join("ix0"), &index)?;
        }
        Ok(())
    }

    /// Arguments of a run with the index of this folder.
    pub fn args(&self, args: &[&str]) -> Vec<String> {
        with_index(&self.base, args)
    }
}

/// Makes an index anew, takes down what it answers, and removes it.
fn clean(program: &Program, base: &Path, args: &[&str]) -> Result<(Full, Hits, BTreeSet<String>)> {
    run(program, base, args)?;
    let hits = answers::hits(program, base)?.expect("a clean index")?;
    let full = Full::of(program, base)?;
    let index = base.join("ix");
    let names = folder::names(&index)?;
    let names = names
        .into_iter()
        .filter(|name| answers::segment_of(name).is_none());
    let names = names.collect();
    folder::remove(&index)?;
    Ok((full, hits, names))
}

/// Arguments with the index folder of this case, and with the other folders absolute.
pub fn with_index(base: &Path, args: &[&str]) -> Vec<String> {
    let absolute = |name: &str| base.join(name).to_string_lossy().into_owned();
    let mut all = vec!["--index".to_owned(), absolute("ix")];
    all.extend(args.iter().map(|arg| match *arg {
        "src" | "two" => absolute(arg),
        arg if arg.starts_with("src/") => absolute(arg),
        arg => arg.to_owned(),
    }));
    all
}

/// Runs the command, which has to end with 0.
///
/// # Errors
/// If it does not.
pub fn run(program: &Program, base: &Path, args: &[&str]) -> Result<Output> {
    let output = program.run(base, &with_index(base, args))?;
    if output.is(0) {
        Ok(output)
    } else {
        Err(format!("without any attack, {args:?} gives {}", output.brief()).into())
    }
}

impl Step {
    fn take(self, program: &Program, base: &Path) -> Result<()> {
        match self {
            Fill(count) => {
                for i in 0..count {
                    let folder = if i % 4 == 0 && i > 0 {
                        "src/sub"
                    } else {
                        "src"
                    };
                    put(base, &format!("{folder}/a{i:02}.md"), 1)?;
                }
            }
            Put(path, version) => put(base, path, version)?,
            Remove(path) => fs::remove_file(base.join(path))?,
            Rename(from, to) => fs::rename(base.join(from), base.join(to))?,
            Run(args) => {
                run(program, base, args)?;
            }
            Orphans => {
                for extension in ["idx", "store", "7.del"] {
                    let name = format!("ix/{}.{extension}", "0123456789abcdef".repeat(2));
                    fs::write(base.join(name), "left over")?;
                }
            }
        }
        Ok(())
    }
}

fn put(base: &Path, path: &str, version: u32) -> Result<()> {
    folder::write(&base.join(path), article(path, version).as_bytes())
}

/// A short article, different for each path and version, that says `sentinel` at least once.
pub fn article(path: &str, version: u32) -> String {
    const WORDS: [&str; 12] = [
        "harbour",
        "ferries",
        "running",
        "houses",
        "lighthouse",
        "timetable",
        "Häuser",
        "storm",
        "captains",
        "winters",
        "bridges",
        "islands",
    ];
    let sum = path.bytes().fold(version, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    }) as usize;
    let mut text = String::from("---\n");
    let _ = writeln!(
        text,
        "title: {} and {}",
        WORDS[sum % 12],
        WORDS[sum / 12 % 12]
    );
    let _ = writeln!(text, "date: 2024-{:02}-{:02}", 1 + sum % 12, 1 + sum % 28);
    let _ = writeln!(text, "provider: p{}\nquality: {}", sum % 3, sum % 100);
    if sum.is_multiple_of(5) {
        let _ = writeln!(text, "extra: {version}");
    }
    let _ = writeln!(text, "---\n\n# About {}\n", WORDS[sum / 5 % 12]);
    for i in 0..3 + sum % 7 {
        let word = |shift: usize| WORDS[(sum / (shift + 1) + i * shift) % 12];
        let _ = writeln!(text, "The {} of {} by {} {i}.", word(1), word(3), word(5));
        if i < 1 + sum % 3 {
            let _ = writeln!(text, "A sentinel of version {version} of {path}.");
        }
    }
    text
}
