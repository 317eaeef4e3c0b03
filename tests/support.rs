use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use gleaner::{IngestOptions, Page, Query, Report, Searcher};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};

/// The seeds of the project.
pub(crate) fn seeds() -> PathBuf {
    project().join("seeds")
}

/// The folder of the project.
pub(crate) fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A folder with articles and a place for an index, removed in the end.
pub(crate) struct Folder {
    dir: tempfile::TempDir,
}

impl Folder {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self {
            dir: tempfile::tempdir().expect("a temporary folder"),
        };
        fs::create_dir(folder.articles()).expect("a folder");
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    pub(crate) fn articles(&self) -> PathBuf {
        self.dir.path().join("articles")
    }

    pub(crate) fn index(&self) -> PathBuf {
        self.dir.path().join("index")
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.articles().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn ingest(&self) -> Report {
        self.ingest_with(&IngestOptions::default())
    }

    pub(crate) fn ingest_with(&self, options: &IngestOptions) -> Report {
        gleaner::ingest(self.articles(), self.index(), options).expect("indexed")
    }

    pub(crate) fn search(&self, query: &str) -> Page {
        let searcher = Searcher::open(self.index()).expect("an index");
        searcher
            .search(&Query::new(query).limit(100))
            .expect("a page")
    }

    /// Paths of all articles that match, copies too, the best first.
    pub(crate) fn paths(&self, query: &str) -> Vec<String> {
        let searcher = Searcher::open(self.index()).expect("an index");
        let query = Query::new(query).limit(100);
        let page = searcher.search_paths(&query).expect("a page");
        page.paths
            .iter()
            .map(|(path, _)| path.to_string())
            .collect()
    }
}

pub(crate) fn paths(page: &Page) -> Vec<String> {
    page.hits.iter().map(|hit| hit.path.to_string()).collect()
}

/// What a run of the command gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the command with an index and further arguments.
pub(crate) fn gleaner(index: &Path, args: &[&str]) -> Ran {
    let mut all: Vec<OsString> = vec!["gleaner".into(), "--index".into(), index.into()];
    all.extend(args.iter().map(Into::into));
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = gleaner_cli::run(all, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran {
        code,
        out: text(out),
        err: text(err),
    }
}

/// Tries a property on as many values as are said, for those whose cases are dear: in `proptest!` the
/// number of the environment (`PROPTEST_CASES`) overrules one that stands beside a property.
pub(crate) fn hold_for<S: Strategy>(
    cases: u32,
    values: &S,
    property: impl Fn(S::Value) -> TestCaseResult,
) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    if let Err(failure) = TestRunner::new(config).run(values, property) {
        panic!("{failure}");
    }
}
