//! A run that was saved: its figures, its queries and the program it was made with.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, de};

use crate::error::{Error, Result, io};
use crate::measure::Timings;
use crate::queries::{BenchQuery, What};

/// Version of the file of a saved run. It grows when a field is removed or changes its meaning.
const SCHEMA: u32 = 1;

/// File of a saved run, and what makes a folder one of ours.
const RUN: &str = "gleaner-bench.json";

/// Where something was measured.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Machine {
    /// Model of the processor.
    pub cpu: String,
    /// Processors that the program may use.
    pub cores: usize,
    /// Operating system, with its version if that is known.
    pub os: String,
}

/// A run that was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    schema: u32,
    /// Version of the program.
    pub version: String,
    /// Where it was measured.
    pub machine: Machine,
    /// Articles in the index.
    pub articles: u64,
    /// Size of the index in bytes.
    pub bytes: u64,
    /// The queries.
    pub queries: Vec<BenchQuery>,
    /// Of each query, how many articles match.
    pub totals: Vec<u64>,
    /// Of each query, the median time of each of [`What::ALL`] in nanoseconds, within a process.
    pub medians: Vec<[u64; 4]>,
}

impl Baseline {
    /// What is kept of a run.
    pub fn of(
        warm: &Timings,
        version: &str,
        machine: Machine,
        (articles, bytes): (u64, u64),
    ) -> Self {
        let nanos = |query, what| warm.median(query, what).as_nanos() as u64;
        let of_query = |query| What::ALL.map(|what| nanos(query, what));
        Self {
            schema: SCHEMA,
            version: version.to_owned(),
            machine,
            articles,
            bytes,
            totals: warm.totals.clone(),
            medians: (0..warm.queries.len()).map(of_query).collect(),
            queries: warm.queries.clone(),
        }
    }

    /// Saves a run with the program it was made with, in a folder `name` below `folder`. Replaces one of
    /// the same name.
    ///
    /// # Errors
    /// [`Error::Foreign`] if a folder of this name holds something else, [`Error::Name`] for what is no
    /// name, and [`Error::Io`].
    pub fn save(&self, folder: &Path, name: &str, program: &Path) -> Result<PathBuf> {
        let folder = place(folder, name)?;
        if is_foreign(&folder) {
            return Err(Error::Foreign { path: folder });
        }
        fs::create_dir_all(&folder).map_err(io("making", &folder))?;
        let run = folder.join(RUN);
        let text = serde_json::to_string_pretty(self).map_err(|source| Error::Unreadable {
            path: run.clone(),
            source,
        })?;
        // The program may be the saved one, or be running: it is never written over.
        replace(&program_in(&folder), |new| {
            fs::copy(program, new).map(|_| ())
        })?;
        replace(&run, |new| fs::write(new, text))?;
        Ok(folder)
    }

    /// The run of this name below `folder`, and the file of its program.
    ///
    /// # Errors
    /// [`Error::NoBaseline`] if there is none, [`Error::Unreadable`] if another version saved it in another
    /// way, [`Error::Name`] and [`Error::Io`].
    pub fn load(folder: &Path, name: &str) -> Result<(Self, PathBuf)> {
        let folder = place(folder, name)?;
        let path = folder.join(RUN);
        if !path.exists() {
            return Err(Error::NoBaseline { path: folder });
        }
        let text = fs::read_to_string(&path).map_err(io("reading", &path))?;
        let run = parse(&text).map_err(|source| Error::Unreadable { path, source })?;
        Ok((run, program_in(&folder)))
    }
}

/// Reads the file of a saved run, if it is of the version that this program writes.
fn parse(text: &str) -> serde_json::Result<Baseline> {
    let run: Baseline = serde_json::from_str(text)?;
    if run.schema == SCHEMA {
        return Ok(run);
    }
    let found = run.schema;
    Err(de::Error::custom(format!(
        "version {found}, this program reads {SCHEMA}"
    )))
}

/// The folder of a run.
fn place(folder: &Path, name: &str) -> Result<PathBuf> {
    let is_fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.starts_with('.') || !name.chars().all(is_fit) {
        return Err(Error::Name {
            name: name.to_owned(),
        });
    }
    Ok(folder.join(name))
}

/// Whether there is something that is not a saved run.
fn is_foreign(folder: &Path) -> bool {
    let is_empty = || fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    folder.exists() && !folder.join(RUN).is_file() && !is_empty()
}

fn program_in(folder: &Path) -> PathBuf {
    folder.join(format!("gleaner{}", std::env::consts::EXE_SUFFIX))
}

/// Makes a file anew beside the old one, and puts it in its place at once.
fn replace(path: &Path, make: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<()> {
    let new = path.with_extension("new");
    make(&new).map_err(io("writing", &new))?;
    fs::rename(&new, path).map_err(io("writing", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> Baseline {
        let mut warm = Timings::new(&crate::read_queries("teaser\nnetflix teaser"));
        warm.totals = vec![1, 3];
        warm.add(1, What::Count, std::time::Duration::from_micros(7));
        Baseline::of(&warm, "0.1.0", Machine::default(), (3, 12_345))
    }

    #[test]
    fn what_is_saved_is_read_back_and_replaced() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let program = dir.path().join("program");
        for text in ["one", "two"] {
            fs::write(&program, text).expect("a file");
            run().save(dir.path(), "a-1", &program).expect("saved");
            let (read, copy) = Baseline::load(dir.path(), "a-1").expect("read");
            assert_eq!(read, run());
            assert_eq!(read.medians[1], [0, 0, 0, 7000]);
            assert_eq!(fs::read_to_string(copy).expect("a copy"), text);
        }
        let files = fs::read_dir(dir.path().join("a-1")).expect("a folder");
        assert_eq!(files.count(), 2, "nothing is left behind");
    }

    #[test]
    fn a_run_of_another_version_is_not_read() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let program = dir.path().join("program");
        fs::write(&program, "").expect("a file");
        let folder = run().save(dir.path(), "a", &program).expect("saved");
        let file = folder.join(RUN);
        let text = fs::read_to_string(&file).expect("a file");
        let later = text.replacen("\"schema\": 1", "\"schema\": 2", 1);
        fs::write(&file, later).expect("a file");
        let error = Baseline::load(dir.path(), "a").expect_err("refused");
        let Error::Unreadable { source, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(source.to_string(), "version 2, this program reads 1");
    }

    #[test]
    fn a_folder_that_is_not_ours_is_left_alone() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let notes = dir.path().join("mine");
        fs::create_dir(&notes).expect("a folder");
        fs::write(notes.join("notes.md"), "mine").expect("a file");
        let program = dir.path().join("program");
        let error = run()
            .save(dir.path(), "mine", &program)
            .expect_err("refused");
        assert!(matches!(error, Error::Foreign { .. }), "{error}");
        assert_eq!(fs::read_dir(notes).expect("a folder").count(), 1);
        for name in ["", "..", ".x", "a/b", "a b"] {
            let error = run().save(dir.path(), name, &program).expect_err("refused");
            assert!(matches!(error, Error::Name { .. }), "{error}");
        }
        let error = Baseline::load(dir.path(), "other").expect_err("none");
        assert!(
            error.to_string().ends_with("other: no saved run here"),
            "{error}"
        );
    }
}
