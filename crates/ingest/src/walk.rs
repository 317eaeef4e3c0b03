//! The files below a root: which count as articles, in which order, and what was passed over.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use gleaner_store::{ArticlePath, Error, FileStamp, Problem, ProblemKind, Result, Selection};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use walkdir::{DirEntry, WalkDir};

/// A file that counts as an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: ArticlePath,
    pub(crate) stamp: FileStamp,
}

/// What a walk found, in the order of the paths.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    pub(crate) files: Vec<Found>,
    /// Files and folders that could not be looked at.
    pub(crate) problems: Vec<Problem>,
    /// Files and folders that could not be looked at, by their paths; the empty path is the root. Whether they are
    /// there is not known, so what the index knows of them and below them is kept.
    pub(crate) unread: Vec<ArticlePath>,
}

/// The choice of files that the options make.
pub(crate) struct Choice {
    /// In small letters.
    extensions: Vec<Vec<u8>>,
    excluded: GlobSet,
    follow: bool,
    /// The index folder, canonical: it is never searched for articles.
    index: Option<PathBuf>,
}

impl Choice {
    pub(crate) fn new(selection: &Selection, index: Option<&Path>) -> Result<Self> {
        let mut excluded = GlobSetBuilder::new();
        let bad = |glob: &str, error: &globset::Error| Error::Glob {
            glob: glob.to_owned(),
            why: error.kind().to_string(),
        };
        for glob in &selection.exclude {
            for pattern in patterns(glob) {
                let pattern = GlobBuilder::new(&pattern).literal_separator(true).build();
                excluded.add(pattern.map_err(|error| bad(glob, &error))?);
            }
        }
        let excluded = excluded.build().map_err(|error| bad("", &error))?;
        let lower = |extension: &String| {
            extension
                .trim_start_matches('.')
                .to_ascii_lowercase()
                .into_bytes()
        };
        Ok(Self {
            extensions: selection.extensions.iter().map(lower).collect(),
            excluded,
            follow: selection.follow_links,
            index: index.and_then(|index| fs::canonicalize(index).ok()),
        })
    }

    fn has_extension(&self, name: &OsStr) -> bool {
        let is = |extension: &OsStr, one: &Vec<u8>| {
            extension.as_encoded_bytes().eq_ignore_ascii_case(one)
        };
        let extension = Path::new(name).extension();
        extension.is_some_and(|extension| self.extensions.iter().any(|one| is(extension, one)))
    }

    fn enters(&self, entry: &DirEntry, root: &Path) -> bool {
        if entry.depth() == 0 {
            return true;
        }
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            return false;
        }
        if !self.excluded.is_empty() {
            let relative = entry.path().strip_prefix(root).unwrap_or(entry.path());
            if self.excluded.is_match(relative) {
                return false;
            }
        }
        !(entry.file_type().is_dir() && self.is_index(entry.path()))
    }

    /// Only a folder of the same name can be the index folder, so that few have to be resolved. One that cannot
    /// be is walked through, and that says why.
    fn is_index(&self, folder: &Path) -> bool {
        self.index.as_ref().is_some_and(|index| {
            folder.file_name() == index.file_name()
                && fs::canonicalize(folder).is_ok_and(|folder| folder == *index)
        })
    }
}

/// The glob of a thing and of all below it. One without a slash means a name at any depth, as in
/// `.gitignore`.
fn patterns(glob: &str) -> [String; 2] {
    let glob = glob.strip_suffix('/').unwrap_or(glob);
    let thing = match glob.strip_prefix('/') {
        Some(from_root) => from_root.to_owned(),
        None if glob.contains('/') => glob.to_owned(),
        None => format!("**/{glob}"),
    };
    [format!("{thing}/**"), thing]
}

/// Walks through the folder `root`.
pub(crate) fn walk(root: &Path, choice: &Choice) -> Walk {
    let mut walk = Walk::default();
    let entries = WalkDir::new(root)
        .follow_links(choice.follow)
        .follow_root_links(true)
        .into_iter()
        .filter_entry(|entry| choice.enters(entry, root));
    // The folders that are being listed, the root first: an error while one is listed says only how deep it is.
    let mut listed: Vec<ArticlePath> = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {
                listed.truncate(entry.depth());
                listed.push(article_path(entry.path(), root));
            }
            Ok(entry) => walk.take(&entry, root, choice),
            Err(error) => walk.fail(&error, root, &listed),
        }
    }
    walk.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    walk.problems.sort_by(|a, b| a.path.cmp(&b.path));
    walk
}

impl Walk {
    /// Whether a file that was not found may be there all the same, because it, or a folder it lies in, could not
    /// be looked at.
    pub(crate) fn may_hold(&self, path: &ArticlePath) -> bool {
        self.unread.iter().any(|unread| lies_in(path, unread))
    }

    fn take(&mut self, entry: &DirEntry, root: &Path, choice: &Choice) {
        if !entry.file_type().is_file() || !choice.has_extension(entry.file_name()) {
            return;
        }
        let path = article_path(entry.path(), root);
        match entry.metadata() {
            Ok(metadata) => self.files.push(Found {
                path,
                stamp: FileStamp::of(&metadata),
            }),
            Err(error) => self.fail(&error, root, &[]),
        }
    }

    fn fail(&mut self, error: &walkdir::Error, root: &Path, listed: &[ArticlePath]) {
        let folder = || {
            let folder = error.depth().checked_sub(1).and_then(|at| listed.get(at));
            folder.cloned().unwrap_or_default()
        };
        let path = error.path();
        let relative = path.map_or_else(folder, |path| article_path(path, root));
        if error.loop_ancestor().is_some() {
            let kind = ProblemKind::LinkLoop;
            self.problems.push(Problem {
                path: relative,
                at: None,
                kind,
            });
            return;
        }
        // A dangling link, or a file that went away meanwhile, is not there.
        let kind = error.io_error().map(std::io::Error::kind);
        if kind == Some(std::io::ErrorKind::NotFound) && error.path().is_some_and(|p| p != root) {
            return;
        }
        self.unread.push(relative.clone());
        self.problems.push(unreadable(relative, error));
    }
}

/// Whether `path` is `folder` or lies below it; the empty path is the root, in which all lie.
fn lies_in(path: &ArticlePath, folder: &ArticlePath) -> bool {
    let rest = path.as_bytes().strip_prefix(folder.as_bytes());
    rest.is_some_and(|rest| {
        rest.is_empty() || folder.as_bytes().is_empty() || rest.starts_with(b"/")
    })
}

/// Whether any of these files, in the order of their paths, is `folder` or lies below it.
pub(crate) fn has_any_in<T>(files: &[(ArticlePath, T)], folder: &ArticlePath) -> bool {
    let below = [folder.as_bytes(), b"/"].concat();
    let first_from = |bytes: &[u8]| files.partition_point(|(path, _)| path.as_bytes() < bytes);
    // A name such as `a-b` comes between `a` and what lies below it, so there are two places to look at.
    [first_from(folder.as_bytes()), first_from(&below)]
        .into_iter()
        .filter_map(|at| files.get(at))
        .any(|(path, _)| lies_in(path, folder))
}

/// The path of something the walk came by, seen from its root.
fn article_path(path: &Path, root: &Path) -> ArticlePath {
    // The walk puts names after the root as that was given, so there is no need to compare part by
    // part.
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let (bytes, root) = (path.as_os_str().as_bytes(), root.as_os_str().as_bytes());
        if let Some(rest) = bytes.strip_prefix(root)
            && (rest.is_empty() || rest.starts_with(b"/") || root.ends_with(b"/"))
        {
            return ArticlePath::from_bytes(rest.strip_prefix(b"/").unwrap_or(rest));
        }
    }
    ArticlePath::from_relative(path.strip_prefix(root).unwrap_or(path))
}

fn unreadable(path: ArticlePath, error: &walkdir::Error) -> Problem {
    let why = error
        .io_error()
        .map_or_else(|| error.to_string(), ToString::to_string);
    Problem {
        path,
        at: None,
        kind: ProblemKind::Unreadable(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, "text").expect("a file");
        }
        dir
    }

    fn paths(root: &Path, selection: &Selection) -> Vec<String> {
        let index = root.join("index");
        let choice = Choice::new(selection, Some(&index)).expect("good options");
        walk(root, &choice)
            .files
            .iter()
            .map(|found| found.path.to_string())
            .collect()
    }

    #[test]
    fn a_folder_has_what_lies_below_it_whatever_comes_between() {
        let files = ["a", "a-b/c", "a/d", "b.md", "sub-x", "sub/e"];
        let files = files.map(|path| (ArticlePath::from(path), ()));
        for folder in ["", "a", "a-b", "a/d", "b.md", "sub"] {
            assert!(has_any_in(&files, &folder.into()), "{folder}");
        }
        for folder in ["b", "a/c", "a-b/d", "su", "zoo", "a/d/e"] {
            assert!(!has_any_in(&files, &folder.into()), "{folder}");
        }
        assert!(!has_any_in::<()>(&[], &"".into()));
    }

    #[test]
    fn texts_are_taken_and_hidden_files_and_the_index_are_not() {
        let dir = tree(&[
            "b.md",
            "a.TXT",
            "x.rs",
            ".hidden.md",
            ".git/c.md",
            "index/d.md",
            "n/index/e.md",
        ]);
        assert_eq!(
            paths(dir.path(), &Selection::default()),
            ["a.TXT", "b.md", "n/index/e.md"]
        );
    }

    #[test]
    fn globs_without_a_slash_mean_a_name_anywhere() {
        let dir = tree(&["a.md", "drafts/b.md", "n/drafts/c.md", "n/old-d.md"]);
        let with = |globs: &[&str]| {
            let exclude = globs.iter().map(|&glob| glob.to_owned()).collect();
            paths(
                dir.path(),
                &Selection {
                    exclude,
                    ..Selection::default()
                },
            )
        };
        assert_eq!(with(&["drafts", "old-*"]), ["a.md"]);
        assert_eq!(with(&["/drafts/"]), ["a.md", "n/drafts/c.md", "n/old-d.md"]);
        assert_eq!(with(&["n/*.md"]), ["a.md", "drafts/b.md", "n/drafts/c.md"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_only_when_asked_and_loops_are_told() {
        let dir = tree(&["a/b.md"]);
        std::os::unix::fs::symlink(dir.path().join("a"), dir.path().join("z")).expect("a link");
        std::os::unix::fs::symlink(dir.path().join("a"), dir.path().join("a/up")).expect("a link");
        assert_eq!(paths(dir.path(), &Selection::default()), ["a/b.md"]);
        let selection = Selection {
            follow_links: true,
            ..Selection::default()
        };
        let found = walk(
            dir.path(),
            &Choice::new(&selection, None).expect("good options"),
        );
        let paths: Vec<_> = found.files.iter().map(|f| f.path.to_string()).collect();
        assert_eq!(paths, ["a/b.md", "z/b.md"]);
        assert!(
            found
                .problems
                .iter()
                .all(|p| p.kind == ProblemKind::LinkLoop),
            "{found:?}"
        );
        assert!(!found.problems.is_empty());
    }
}
