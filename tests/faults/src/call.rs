//! System calls by which the command touches the index or the articles, under names that are the
//! same in every run.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// What a system call does, as far as a fault is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Opens what is there.
    Open,
    /// Opens a file that may be made by that.
    Create,
    /// Reads bytes.
    Read,
    /// Writes bytes.
    Write,
    /// Writes bytes at a place, or from several places.
    WriteAt,
    /// `fsync` and `fdatasync`.
    Sync,
    /// Changes the length of a file.
    Truncate,
    /// Gives a file another name.
    Rename,
    /// Removes a file or folder.
    Unlink,
    /// Makes a folder.
    MakeFolder,
    /// Closes a file.
    Close,
    /// Locks or unlocks a file.
    Lock,
    /// Lists a folder.
    List,
    /// Looks at a file without opening it.
    Stat,
    /// Maps a file into memory.
    Map,
    /// Starts a thread.
    Thread,
    /// Changes the mode or the times of a file.
    Attributes,
}

impl Kind {
    /// Its name in the names of places.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Create => "create",
            Self::Read => "read",
            Self::Write => "write",
            Self::WriteAt => "write-at",
            Self::Sync => "sync",
            Self::Truncate => "truncate",
            Self::Rename => "rename",
            Self::Unlink => "unlink",
            Self::MakeFolder => "mkdir",
            Self::Close => "close",
            Self::Lock => "lock",
            Self::List => "list",
            Self::Stat => "stat",
            Self::Map => "map",
            Self::Thread => "thread",
            Self::Attributes => "attributes",
        }
    }
}

/// A place of a run where a fault can be put: the nth call of a kind on a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// What the call does.
    pub kind: Kind,
    /// The file below the folder of the case; the hexadecimal names of segments are replaced by
    /// `S1`, `S2`, … in the order in which they are met. Empty for threads.
    pub path: String,
    /// Which of the calls of this kind on this file, from 1.
    pub nth: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}#{}", self.kind.name(), self.path, self.nth)
    }
}

impl Place {
    /// Whether the call is on the articles, not on the index.
    pub fn is_of_articles(&self) -> bool {
        !self.path.starts_with("ix") && !self.path.is_empty()
    }
}

/// A system call of the command on a file that is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Where in the run.
    pub place: Place,
    /// Bytes to be written, for a plain write.
    pub bytes: u64,
    /// Whether the file is a folder.
    pub folder: bool,
}

impl Call {
    /// Whether an error of the call means something. Rust's library takes an error from closing a
    /// folder, which no file system gives, for a fault of the program.
    pub fn may_fail(&self) -> bool {
        self.place.kind != Kind::Close || !self.folder
    }
}

/// Names files and counts calls.
#[derive(Debug)]
pub(crate) struct Namer {
    base: PathBuf,
    random: HashMap<String, String>,
    counts: HashMap<(Kind, String), u32>,
}

impl Namer {
    /// For what lies below `base`.
    pub(crate) fn new(base: &Path) -> Self {
        Self {
            base: base.to_path_buf(),
            random: HashMap::new(),
            counts: HashMap::new(),
        }
    }

    /// The name of a file below the base; `None` if it does not lie there.
    pub(crate) fn name(&mut self, path: &Path) -> Option<String> {
        let below = path.strip_prefix(&self.base).ok()?;
        let below = below.to_string_lossy();
        let below = below.trim_end_matches(" (deleted)").trim_end_matches('/');
        let (folder, file) = below.rsplit_once('/').unwrap_or(("", below));
        let file = self.stable(file);
        Some(if folder.is_empty() {
            file
        } else {
            format!("{folder}/{file}")
        })
    }

    /// A file name with its random part replaced.
    fn stable(&mut self, file: &str) -> String {
        let stem = file.split('.').next().unwrap_or(file);
        let (random, letter) = if is_segment_id(stem) {
            (stem, "S")
        } else if file.starts_with(".tmp") {
            (file, ".tmp")
        } else {
            return file.to_owned();
        };
        let next = 1 + self
            .random
            .values()
            .filter(|name| name.starts_with(letter))
            .count();
        let name = self
            .random
            .entry(random.to_owned())
            .or_insert_with(|| format!("{letter}{next}"));
        file.replacen(random, name, 1)
    }

    /// The place of one more call of this kind on this file.
    pub(crate) fn place(&mut self, kind: Kind, path: String) -> Place {
        let count = self.counts.entry((kind, path.clone())).or_default();
        *count += 1;
        Place {
            kind,
            path,
            nth: *count,
        }
    }
}

/// Whether this is the identity of a segment, the first part of the names of its files.
pub fn is_segment_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The first call of this kind on this file, for tests.
#[cfg(test)]
pub(crate) fn example(kind: Kind, path: &str) -> Call {
    Call {
        place: Place {
            kind,
            path: path.to_owned(),
            nth: 1,
        },
        bytes: 0,
        folder: path == "ix",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_do_not_depend_on_random_names() {
        let mut namer = Namer::new(Path::new("/case"));
        let segment = "0123456789abcdef0123456789abcdef";
        let path = format!("/case/ix/{segment}.store");
        let name = namer.name(Path::new(&path)).expect("below the base");
        assert_eq!(name, "ix/S1.store");
        let place = namer.place(Kind::Write, name.clone());
        assert_eq!(place.to_string(), "write:ix/S1.store#1");
        assert_eq!(namer.place(Kind::Write, name).nth, 2);
        let deleted = namer.name(Path::new("/case/ix/.tmpAbC (deleted)"));
        assert_eq!(deleted.as_deref(), Some("ix/.tmp1"));
        assert_eq!(
            namer.name(Path::new("/case/src/a.md")).as_deref(),
            Some("src/a.md")
        );
        assert_eq!(namer.name(Path::new("/etc/passwd")), None);
    }
}
