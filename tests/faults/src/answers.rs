//! What an index answers, and whether that is what it should.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::Result;
use crate::call::is_segment_id;
use crate::folder;
use crate::process::{End, Output, Program};
use crate::scenario::with_index;

/// The query that finds all articles of the harness.
pub const SENTINEL: &str = "sentinel";

/// A search that finds them, each as a hit of its own.
pub const ALL_HITS: &[&str] = &[
    "search",
    "--format",
    "json",
    "-n",
    "200",
    "--no-collapse",
    SENTINEL,
];

/// Queries whose hits and scores are compared, a name, a tab and words a line.
pub const QUERIES: &str = "all\tsentinel\nstem\trunning houses\nwords\tstorm harbour timetable\n\
    title\tlighthouse captains bridges\n";

/// Paths and scores of the hits of the sentinel, the best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hits(
    /// Path below the root of the articles, and score as it was written.
    pub Vec<(String, String)>,
);

impl Hits {
    /// The paths.
    pub fn paths(&self) -> BTreeSet<&str> {
        self.0.iter().map(|(path, _)| path.as_str()).collect()
    }
}

/// What became of a search.
#[derive(Debug)]
pub enum Answer {
    /// It answered.
    Hits(Hits),
    /// It said, with exit 2, why it cannot.
    Refused(Output),
    /// Neither.
    Odd(Output),
}

impl Answer {
    /// The hits.
    ///
    /// # Errors
    /// If there are none, with `when` in the text.
    pub fn expect(self, when: &str) -> Result<Hits> {
        match self {
            Self::Hits(hits) => Ok(hits),
            Self::Refused(output) | Self::Odd(output) => {
                Err(format!("{when}, search gives {}", output.brief()).into())
            }
        }
    }
}

/// Searches the index `ix` in `base` for the sentinel.
///
/// # Errors
/// If the command cannot be started.
pub fn hits(program: &Program, base: &Path) -> Result<Answer> {
    let args = [ALL_HITS, &["--no-snippets"]].concat();
    let output = program.run(base, &with_index(base, &args))?;
    Ok(match output.end {
        End::Exit(0 | 1) => match parse_hits(&output.out) {
            Some(hits) if output.is(i32::from(hits.0.is_empty())) => Answer::Hits(hits),
            _ => Answer::Odd(output),
        },
        End::Exit(2) => Answer::Refused(output),
        _ => Answer::Odd(output),
    })
}

/// Reads the JSON of a search.
pub fn parse_hits(json: &str) -> Option<Hits> {
    let json: Value = serde_json::from_str(json).ok()?;
    let hits = json.get("hits")?.as_array()?.iter().map(|hit| {
        let path = hit.get("path")?.as_str()?.to_owned();
        Some((path, hit.get("score")?.to_string()))
    });
    Some(Hits(hits.collect::<Option<_>>()?))
}

/// All that is compared of two indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Full {
    runs: String,
    status: String,
    fields: String,
}

impl Full {
    /// What the index `ix` in `base` answers now.
    ///
    /// # Errors
    /// If it does not answer.
    pub fn of(program: &Program, base: &Path) -> Result<Self> {
        let ask = |args: &[&str]| -> Result<String> {
            let output = program.run(base, &with_index(base, args))?;
            match output.end {
                End::Exit(0 | 1) => Ok(output.out),
                _ => Err(format!("{} gives {}", args[0], output.brief()).into()),
            }
        };
        let runs = ask(&["search", "--queries", "queries.tsv", "--format", "trec"])?;
        let status = ask(&["status", "--format", "json"])?;
        Ok(Self {
            runs,
            status: counts(&status)?,
            fields: ask(&["fields", "--format", "json"])?,
        })
    }

    /// Whether both indexes are in the same language.
    pub fn is_in_language_of(&self, other: &Self) -> bool {
        let language = |full: &Self| {
            let status: Value = serde_json::from_str(&full.status).unwrap_or_default();
            status.get("language").cloned()
        };
        language(self) == language(other)
    }

    /// Which of the answers differ.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let pairs = [
            ("hits or scores", &self.runs, &other.runs),
            ("status", &self.status, &other.status),
            ("fields", &self.fields, &other.fields),
        ];
        let differing = pairs.into_iter().filter(|(_, a, b)| a != b);
        differing
            .map(|(name, a, b)| format!("{name}: {}", difference(a, b)))
            .collect()
    }
}

/// The first place where two texts differ, and some of what comes then.
fn difference(a: &str, b: &str) -> String {
    let common = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let from = common.saturating_sub(20);
    let part = |text: &str| {
        text.chars()
            .skip(from)
            .take(60)
            .collect::<String>()
            .replace('\n', " ")
    };
    format!("`{}` for `{}`", part(a), part(b))
}

/// What `status` says, without what two equal indexes need not share.
fn counts(status: &str) -> Result<String> {
    let mut status: Value = serde_json::from_str(status)?;
    if let Some(object) = status.as_object_mut() {
        for key in ["bytes", "segments", "finished"] {
            object.remove(key);
        }
    }
    Ok(status.to_string())
}

/// The segment that a file belongs to, by its name.
pub fn segment_of(name: &str) -> Option<&str> {
    name.split('.').next().filter(|stem| is_segment_id(stem))
}

/// Files in the index folder that neither its commit uses nor a clean index has.
///
/// # Errors
/// If the list of segments cannot be read.
pub fn orphans(index: &Path, names: &BTreeSet<String>) -> Result<Vec<String>> {
    let meta = fs::read_to_string(index.join("meta.json"))?;
    // The checksum of the list stands in a second line.
    let list = meta.lines().next().unwrap_or_default();
    let meta: Value = serde_json::from_str(list)?;
    let segments = meta.get("segments").and_then(Value::as_array);
    let mut used = BTreeSet::new();
    let mut deletions = BTreeSet::new();
    for segment in segments.into_iter().flatten() {
        let id = segment.get("segment_id").and_then(Value::as_str);
        let id = id.unwrap_or_default().replace('-', "");
        if let Some(opstamp) = segment.pointer("/deletes/opstamp") {
            deletions.insert(format!("{id}.{opstamp}.del"));
        }
        used.insert(id);
    }
    let mut found = folder::names(index)?;
    found.retain(|name| match segment_of(name) {
        Some(id) if is_deletion(name) => !used.contains(id) || !deletions.contains(name),
        Some(id) => !used.contains(id),
        None => !names.contains(name),
    });
    Ok(found)
}

fn is_deletion(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension == "del")
}

/// Text that only a developer can read.
const ENGINE_TEXT: [&str; 12] = [
    "Err(",
    "Some(",
    "Custom {",
    "Os {",
    "kind:",
    "panicked",
    "IoError",
    "OpenReadError",
    "DataCorruption",
    "called `",
    "RUST_BACKTRACE",
    "tantivy",
];

/// Whether a process ended as a program in order does, and what it said is fit to be read.
pub fn faults_of_output(output: &Output) -> Vec<String> {
    let mut faults = Vec::new();
    match output.end {
        End::Exit(0..=2) => {}
        End::Exit(101) => faults.push(format!("panic: {}", first_line(&output.err))),
        End::Exit(code) => faults.push(format!("exit code {code}")),
        End::Signal(signal) => faults.push(format!("ended by signal {signal}")),
        End::Hung => faults.push("does not end".to_owned()),
    }
    if output.end != End::Exit(101)
        && let Some(text) = ENGINE_TEXT.iter().find(|text| output.err.contains(**text))
    {
        faults.push(format!("engine text `{text}`: {}", first_line(&output.err)));
    }
    faults
}

/// What is wrong with the message of a run that ended with 2, below the folder of the case.
pub fn faults_of_message(output: &Output, base: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    let text = output.err.trim();
    if text.is_empty() {
        faults.push("no message".to_owned());
    } else if !text.contains(&*base.to_string_lossy()) {
        faults.push(format!("no path in the message: {}", first_line(text)));
    }
    faults
}

/// The first line that is not empty.
pub fn first_line(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty());
    line.unwrap_or_default().chars().take(160).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_orphan_is_what_no_commit_names() {
        let dir = tempfile::tempdir().expect("a folder");
        let id = "0123456789abcdef0123456789abcdef";
        let other = "f".repeat(32);
        let meta = r#"{"segments":[{"segment_id":"01234567-89ab-cdef-0123-456789abcdef","deletes":{"opstamp":7}}]}"#;
        fs::write(dir.path().join("meta.json"), meta).expect("written");
        for name in [
            format!("{id}.idx"),
            format!("{id}.7.del"),
            format!("{id}.6.del"),
        ] {
            fs::write(dir.path().join(name), "").expect("written");
        }
        for name in [format!("{other}.idx"), ".tmp1".to_owned()] {
            fs::write(dir.path().join(name), "").expect("written");
        }
        let names = BTreeSet::from(["meta.json".to_owned()]);
        let found = orphans(dir.path(), &names).expect("a list");
        assert_eq!(
            found,
            [
                ".tmp1".to_owned(),
                format!("{id}.6.del"),
                format!("{other}.idx")
            ]
        );
    }

    #[test]
    fn hits_of_json() {
        let json = r#"{"hits":[{"path":"a.md","score":1.5}]}"#;
        assert_eq!(
            parse_hits(json),
            Some(Hits(vec![("a.md".into(), "1.5".into())]))
        );
        assert_eq!(parse_hits("{"), None);
    }
}
