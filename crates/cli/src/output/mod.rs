//! How results are shown.

pub(crate) mod fields;
pub(crate) mod json;
mod printable;
pub(crate) mod text;

use std::path::{Path, PathBuf};

use gleaner::{ArticlePath, Difference, Problem};
pub(crate) use printable::{printable, printable_bytes, printable_json, prose, steers};

/// Where the articles lie, as seen from the working folder.
pub(crate) struct Paths {
    root: Option<PathBuf>,
}

impl Paths {
    /// Paths below `root`, as short as the working folder allows.
    pub(crate) fn of(root: Option<&Path>) -> Self {
        let here = std::env::current_dir().and_then(std::fs::canonicalize).ok();
        let shortened = root.map(|root| {
            let below = here
                .as_deref()
                .and_then(|here| root.strip_prefix(here).ok());
            below.unwrap_or(root).to_path_buf()
        });
        Self { root: shortened }
    }

    /// The file of an article, as it can be opened from here.
    pub(crate) fn file(&self, path: &ArticlePath) -> PathBuf {
        match &self.root {
            Some(root) => path.below(root),
            None => path.below(Path::new("")),
        }
    }

    /// That path for reading.
    pub(crate) fn shown(&self, path: &ArticlePath) -> String {
        printable_bytes(&self.bytes(path)).into_owned()
    }

    /// The bytes of that path.
    pub(crate) fn bytes(&self, path: &ArticlePath) -> Vec<u8> {
        let file = self.file(path);
        #[cfg(unix)]
        {
            std::os::unix::ffi::OsStrExt::as_bytes(file.as_os_str()).to_vec()
        }
        #[cfg(not(unix))]
        {
            file.to_string_lossy().into_owned().into_bytes()
        }
    }
}

/// How a file differs from what was indexed, in one word.
pub(crate) fn difference(difference: Difference) -> &'static str {
    match difference {
        Difference::Added => "added",
        Difference::Changed => "changed",
        Difference::Removed => "removed",
    }
}

/// A problem as a line: the place with the exact bytes of the path told, and what is wrong. That of the
/// folder of the articles itself is at `.`.
pub(crate) fn shown_problem(problem: &Problem) -> String {
    let path = match problem.path.as_bytes() {
        b"" => ".".into(),
        path => printable_bytes(path),
    };
    match problem.at {
        Some(at) => format!("{path}:{}:{}: {}", at.line, at.column, problem.kind),
        None => format!("{path}: {}", problem.kind),
    }
}

#[cfg(test)]
mod tests {
    use gleaner::ProblemKind;

    use super::*;

    #[test]
    fn a_problem_of_the_folder_itself_has_a_place() {
        let problem = |path: &[u8]| Problem {
            path: ArticlePath::from_bytes(path),
            at: None,
            kind: ProblemKind::Unreadable("Permission denied".into()),
        };
        let shown = |path: &[u8]| shown_problem(&problem(path));
        assert_eq!(shown(b""), ".: left out: Permission denied");
        assert_eq!(
            shown(b"a\xe9\n.md"),
            "a\\xe9\\n.md: left out: Permission denied"
        );
    }
}
