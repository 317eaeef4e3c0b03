//! Whose folder it is: the stamp that says so, and the refusal where it does not.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::analysis::{Language, fingerprint};
use crate::error::{Error, Result};

/// Version of what is written into an index folder. An index of another version is refused.
pub const FORMAT: u32 = 4;

const STAMP_FILE: &str = "gleaner.json";
const CACHEDIR_TAG_FILE: &str = "CACHEDIR.TAG";
/// The signature is the one of <https://bford.info/cachedir/>.
const CACHEDIR_TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
    # This folder is a search index made by gleaner. Deleting it loses nothing:\n\
    # `gleaner index` makes it again.\n";

/// Files that may lie in an index folder before there is an index.
const OUR_PAPERS: [&str; 4] = ["README.md", ".gitignore", CACHEDIR_TAG_FILE, LOCK_FILE];

/// The file that is locked by whoever writes. It stays behind, and means nothing by being there.
pub(crate) const LOCK_FILE: &str = ".gleaner.lock";

/// What the stamp says. It is written once, before the first commit, and holds for all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// Version of the format.
    pub(crate) format: u32,
    /// Language of the stems.
    #[serde(default)]
    pub(crate) language: Language,
    /// Fingerprint of the analysis, as hexadecimal digits.
    #[serde(default)]
    pub(crate) analysis: String,
}

impl Stamp {
    pub(crate) fn new(language: Language) -> Self {
        let analysis = format!("{:016x}", fingerprint(language));
        Self {
            format: FORMAT,
            language,
            analysis,
        }
    }
}

/// What a folder is to us.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Folder {
    /// It does not exist, or has nothing in it but our papers.
    Empty,
    /// It is an index, by its stamp. The text of the stamp.
    Index(Vec<u8>),
    /// It holds other things.
    Foreign,
}

/// Looks at a folder without changing it.
pub(crate) fn inspect(path: &Path) -> Result<Folder> {
    match fs::read(path.join(STAMP_FILE)) {
        Ok(text) if is_stamp(&text) => return Ok(Folder::Index(text)),
        Ok(_) => return Ok(Folder::Foreign),
        Err(error) if is_absence(&error) => {}
        Err(error) => return Err(Error::io("reading", &path.join(STAMP_FILE))(error)),
    }
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Folder::Empty),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {
            return Ok(Folder::Foreign);
        }
        Err(error) => return Err(Error::io("reading", path)(error)),
    };
    for entry in entries {
        let name = entry.map_err(Error::io("reading", path))?.file_name();
        if !OUR_PAPERS.iter().any(|paper| name == *paper) && !is_unfinished_stamp(&name) {
            return Ok(Folder::Foreign);
        }
    }
    Ok(Folder::Empty)
}

fn is_absence(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
    )
}

/// A stamp of any version has a number under `format`, and nothing else is called so.
fn is_stamp(text: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(text)
        .is_ok_and(|stamp| stamp.get("format").is_some_and(serde_json::Value::is_u64))
}

fn is_unfinished_stamp(name: &std::ffi::OsStr) -> bool {
    name == STAMP_FILE_UNFINISHED
}

const STAMP_FILE_UNFINISHED: &str = "gleaner.json.new";

/// Whether the engine's list of segments is there. A folder with a stamp and without it was about
/// to become an index, or lost what it was.
pub(crate) fn has_commits(path: &Path) -> bool {
    path.join("meta.json").exists()
}

/// Checks that this build can read the index at `path` with this stamp.
pub(crate) fn accept(path: &Path, text: &[u8]) -> Result<Stamp> {
    let path: PathBuf = path.to_path_buf();
    let stamp: Stamp = serde_json::from_slice(text).map_err(Error::damaged(&path))?;
    if stamp.format != FORMAT {
        return Err(Error::Format {
            path,
            found: stamp.format,
            expected: FORMAT,
        });
    }
    if stamp != Stamp::new(stamp.language) {
        return Err(Error::Analysis { path });
    }
    Ok(stamp)
}

/// The language an index was made in, as far as its stamp says one that this build knows.
pub(crate) fn language_of(text: &[u8]) -> Option<Language> {
    let stamp: serde_json::Value = serde_json::from_slice(text).ok()?;
    stamp.get("language")?.as_str()?.parse().ok()
}

/// Makes the folder ours. The stamp comes last and at once, so that a folder with a stamp is whole.
pub(crate) fn write_stamp(path: &Path, stamp: &Stamp) -> Result<()> {
    let tag = path.join(CACHEDIR_TAG_FILE);
    fs::write(&tag, CACHEDIR_TAG).map_err(Error::io("writing", &tag))?;
    let unfinished = path.join(STAMP_FILE_UNFINISHED);
    let text = serde_json::to_string(stamp).map_err(Error::engine("writing the stamp"))?;
    fs::write(&unfinished, text + "\n").map_err(Error::io("writing", &unfinished))?;
    let finished = path.join(STAMP_FILE);
    fs::rename(&unfinished, &finished).map_err(Error::io("writing", &finished))
}

/// Removes the index from a folder that is ours. The stamp goes last: without it the files that
/// remain would make the folder foreign.
pub(crate) fn wipe(path: &Path) -> Result<()> {
    for entry in fs::read_dir(path).map_err(Error::io("reading", path))? {
        let entry = entry.map_err(Error::io("reading", path))?;
        if is_engine_file(&entry.file_name()) {
            let file = entry.path();
            fs::remove_file(&file).map_err(Error::io("removing", &file))?;
        }
    }
    let stamp = path.join(STAMP_FILE);
    fs::remove_file(&stamp).map_err(Error::io("removing", &stamp))
}

/// Whether a file of this name was written by the engine: its lists and locks, its unfinished
/// files, and segments, which are named by 32 hexadecimal digits.
pub(crate) fn is_engine_file(name: &std::ffi::OsStr) -> bool {
    let Some(name) = name.to_str() else {
        return false;
    };
    if matches!(name, "meta.json" | ".managed.json") {
        return true;
    }
    is_segment_file(name) || is_unfinished(name) || name.starts_with(".tantivy-")
}

/// Whether this is a file of a segment.
pub(crate) fn is_segment_file(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    stem.len() == 32 && stem.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether the engine was about to write this file when it was stopped.
pub(crate) fn is_unfinished(name: &str) -> bool {
    name.strip_prefix(".tmp")
        .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            fs::write(dir.path().join(name), text).expect("a file");
        }
        dir
    }

    #[test]
    fn a_folder_with_nothing_but_our_papers_is_empty() {
        let dir = folder(&[("README.md", "x"), (".gitignore", "*")]);
        assert_eq!(inspect(dir.path()).ok(), Some(Folder::Empty));
        assert_eq!(inspect(&dir.path().join("none")).ok(), Some(Folder::Empty));
    }

    #[test]
    fn other_files_make_it_foreign_and_so_does_being_a_file() {
        let dir = folder(&[("README.md", "x"), ("notes.md", "mine")]);
        assert_eq!(inspect(dir.path()).ok(), Some(Folder::Foreign));
        assert_eq!(
            inspect(&dir.path().join("notes.md")).ok(),
            Some(Folder::Foreign)
        );
        let dir = folder(&[("gleaner.json", "{\"name\":\"somebody's\"}")]);
        assert_eq!(inspect(dir.path()).ok(), Some(Folder::Foreign));
    }

    #[test]
    fn other_versions_are_refused_by_name() {
        let dir = folder(&[("gleaner.json", "{\"format\":99,\"shape\":\"unknown\"}")]);
        let Ok(Folder::Index(text)) = inspect(dir.path()) else {
            panic!("an index")
        };
        let refusal = accept(dir.path(), &text).expect_err("a refusal");
        assert!(
            refusal
                .to_string()
                .ends_with(&format!("format 99, this build reads {FORMAT}")),
            "{refusal}"
        );
    }

    #[test]
    fn another_analysis_is_refused() {
        let mut stamp = Stamp::new(Language::English);
        stamp.analysis = "0".repeat(16);
        let text = serde_json::to_vec(&stamp).expect("JSON");
        assert!(matches!(
            accept(Path::new("i"), &text),
            Err(Error::Analysis { .. })
        ));
    }

    #[test]
    fn only_the_engine_s_files_are_taken_for_such() {
        for name in [
            "meta.json",
            ".managed.json",
            ".tmpAb12Cd",
            ".tantivy-meta.lock",
        ] {
            assert!(is_engine_file(name.as_ref()), "{name}");
        }
        assert!(is_engine_file(
            "0123456789abcdef0123456789abcdef.store".as_ref()
        ));
        for name in [
            "README.md",
            "notes.md",
            ".tmp/x",
            "0123.store",
            ".gitignore",
        ] {
            assert!(!is_engine_file(name.as_ref()), "{name}");
        }
    }
}
