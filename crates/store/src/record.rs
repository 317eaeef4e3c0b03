//! What a commit says of itself.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::analysis::{Language, fingerprint};
use crate::article::{os_bytes, os_path};
use crate::error::{Error, Result};
use crate::format::FORMAT;

/// Which files below a root count as articles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// File name extensions, without the dot; ASCII case does not matter.
    pub extensions: Vec<String>,
    /// Globs of paths below the root that are passed over. One without a slash means a name at any
    /// depth.
    pub exclude: Vec<String>,
    /// Whether symbolic links are followed.
    pub follow_links: bool,
    /// Largest file in bytes that is read; larger ones are left out with a problem.
    pub max_size: u64,
}

impl Default for Selection {
    /// Markdown and plain text, up to 32 MiB, links not followed.
    fn default() -> Self {
        Self {
            extensions: ["md", "markdown", "mdx", "txt", "text"]
                .map(str::to_owned)
                .to_vec(),
            exclude: Vec::new(),
            follow_links: false,
            max_size: 32 << 20,
        }
    }
}

/// What a commit says of itself: how its words were analysed, and which articles it holds.
///
/// It lies in the list of segments, and so changes with it at once. The stamp of the folder is a copy,
/// from which an index is known whose list is broken, and what it was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitRecord {
    /// Version of the format.
    pub(crate) format: u32,
    /// Language of the stems.
    pub(crate) language: Language,
    /// Fingerprint of the analysis, as hexadecimal digits.
    pub(crate) analysis: String,
    /// When the run ended, in seconds since 1970-01-01T00:00:00Z; `None` as long as none has.
    pub finished: Option<i64>,
    /// Which files were chosen.
    pub selection: Selection,
    /// Root of the articles, absolute, as the bytes of the path.
    pub(crate) root: Option<Vec<u8>>,
    /// The same, relative to the index folder: so both may be moved together.
    pub(crate) relative: Option<Vec<u8>>,
}

impl CommitRecord {
    /// The record of an index in this language that holds nothing yet.
    pub(crate) fn empty(language: Language) -> Self {
        Self {
            format: FORMAT,
            language,
            analysis: format!("{:016x}", fingerprint(language)),
            finished: None,
            selection: Selection::default(),
            root: None,
            relative: None,
        }
    }

    /// The record of a selection of articles below `root`, indexed in this language into the folder `index`.
    /// Paths that cannot be made absolute are kept as they are.
    pub fn new(
        language: Language,
        root: Option<&Path>,
        index: Option<&Path>,
        selection: Selection,
    ) -> Self {
        let absolute = root.map(|root| fs::canonicalize(root).unwrap_or_else(|_| root.into()));
        let index = index.and_then(|index| fs::canonicalize(index).ok());
        let relative = match (&absolute, &index) {
            (Some(root), Some(index)) => relative(root, index),
            _ => None,
        };
        let bytes = |path: PathBuf| os_bytes(path.as_os_str()).into_owned();
        Self {
            selection,
            root: absolute.map(bytes),
            relative: relative.map(bytes),
            ..Self::empty(language)
        }
    }

    /// Whether both speak of the same choice of the same articles.
    pub fn same_articles(&self, other: &Self) -> bool {
        let articles = |record: &Self| {
            (
                record.root.clone(),
                record.relative.clone(),
                record.selection.clone(),
            )
        };
        articles(self) == articles(other)
    }

    /// The root of the articles: where it lies from the index folder, if there is something, or
    /// else where it was.
    pub fn root(&self, index: Option<&Path>) -> Option<PathBuf> {
        let moved = index
            .zip(self.relative.as_deref())
            .map(|(index, relative)| index.join(os_path(relative)))
            .and_then(|path| fs::canonicalize(path).ok());
        moved.or_else(|| self.root.as_deref().map(os_path))
    }

    /// Checks that this build can read the index at `path` with this record.
    pub(crate) fn accept(&self, path: &Path) -> Result<()> {
        let path = path.to_path_buf();
        if self.format != FORMAT {
            return Err(Error::Format {
                path,
                found: self.format,
                expected: FORMAT,
            });
        }
        if self.analysis != Self::empty(self.language).analysis {
            return Err(Error::Analysis { path });
        }
        Ok(())
    }
}

/// `to` as seen from the folder `from`, both absolute; `None` if they have no more in common than
/// the root of the file system.
fn relative(to: &Path, from: &Path) -> Option<PathBuf> {
    let shared = to
        .components()
        .zip(from.components())
        .take_while(|(a, b)| a == b)
        .count();
    if shared < 2 {
        return None;
    }
    let ups = from.components().count() - shared;
    let mut path: PathBuf = std::iter::repeat_n("..", ups).collect();
    path.extend(to.components().skip(shared));
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_found_again_when_both_are_moved() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let old = dir.path().join("old");
        fs::create_dir_all(old.join("seeds")).expect("a folder");
        fs::create_dir_all(old.join("index")).expect("a folder");
        let record = CommitRecord::new(
            Language::English,
            Some(&old.join("seeds")),
            Some(&old.join("index")),
            Selection::default(),
        );
        let new = dir.path().join("new");
        fs::rename(&old, &new).expect("renamed");
        let found = record.root(Some(&new.join("index"))).expect("a root");
        assert_eq!(
            found,
            fs::canonicalize(new.join("seeds")).expect("the folder")
        );
    }

    #[test]
    fn another_version_and_another_analysis_are_refused() {
        let path = Path::new("i");
        let record = CommitRecord::empty(Language::English);
        assert!(record.accept(path).is_ok());
        let other = CommitRecord {
            format: 99,
            ..record.clone()
        };
        let refusal = other.accept(path).expect_err("a refusal").to_string();
        assert_eq!(refusal, format!("i: format 99, this build reads {FORMAT}"));
        let other = CommitRecord {
            analysis: "0".repeat(16),
            ..record
        };
        assert!(matches!(other.accept(path), Err(Error::Analysis { .. })));
    }
}
