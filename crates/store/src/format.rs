//! Whose folder it is, and which commit is in it: the list of segments, the stamp, and the refusal where
//! there is neither.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use serde::Deserialize;

use crate::directory::{ReplaceError, replace_file, sync_folder};
use crate::error::{Error, Result};
use crate::record::CommitRecord;

/// Version of what is written into an index folder. An index of another version is refused.
pub const FORMAT: u32 = 5;

/// The list of segments, and the name it is written under.
const META_FILES: [&str; 2] = ["meta.json", "meta.json.new"];
/// The stamp, and the name it is written under.
const STAMP_FILES: [&str; 2] = ["gleaner.json", "gleaner.json.new"];
const CACHEDIR_TAG_FILE: &str = "CACHEDIR.TAG";
/// The signature is the one of <https://bford.info/cachedir/>.
const CACHEDIR_TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
    # This folder is a search index made by gleaner. Deleting it loses nothing:\n\
    # `gleaner index` makes it again.\n";

/// Files that may lie in an index folder before there is an index.
const OUR_PAPERS: [&str; 4] = ["README.md", ".gitignore", CACHEDIR_TAG_FILE, LOCK_FILE];

/// The file that is locked by whoever writes. It stays behind, and means nothing by being there.
pub(crate) const LOCK_FILE: &str = ".gleaner.lock";

/// A list of segments, as the engine has it, with the record of its commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Commit {
    pub(crate) meta: Vec<u8>,
    pub(crate) record: CommitRecord,
}

/// What a folder is to us.
#[derive(Debug)]
pub(crate) enum Folder {
    /// It does not exist, or has nothing in it but our papers.
    Empty,
    /// It is ours, and no run of indexing has ended in it. What the first run was about to do.
    Unfinished(Box<CommitRecord>),
    /// It is an index.
    Index(Box<Commit>),
    /// It is an index, and of another version.
    OtherVersion(u32),
    /// It is ours, and this is broken. What the stamp says of the last commit, if that is whole.
    Damaged(String, Option<Box<CommitRecord>>),
    /// It holds other things.
    Foreign,
}

impl Folder {
    /// Looks at a folder without changing it.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read.
    pub(crate) fn inspect(path: &Path) -> Result<Self> {
        let sealed = read(path, META_FILES[0])?;
        let broken = match sealed.as_deref().map(unseal) {
            Some(Ok(commit)) => return Ok(Self::Index(Box::new(commit))),
            Some(Err(broken)) => Some(broken),
            None => None,
        };
        let stamp = read(path, STAMP_FILES[0])?;
        let version = stamp.as_deref().and_then(version_of);
        match version {
            Some(version) if version != FORMAT => return Ok(Self::OtherVersion(version)),
            Some(_) => {}
            None => return Self::without_stamp(path, broken, stamp.as_deref()),
        }
        let record = stamp.as_deref().and_then(read_stamp);
        match (broken, record) {
            (None, Some(record)) if record.finished.is_none() => {
                Ok(Self::Unfinished(Box::new(record)))
            }
            (Some(broken), record) => Ok(Self::Damaged(broken, record.map(Box::new))),
            (None, record) => Ok(Self::Damaged(missing(META_FILES[0]), record.map(Box::new))),
        }
    }

    /// What a folder without a whole stamp is, by the names in it.
    fn without_stamp(path: &Path, broken: Option<String>, stamp: Option<&[u8]>) -> Result<Self> {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::Empty),
            Err(error) if error.kind() == ErrorKind::NotADirectory => return Ok(Self::Foreign),
            Err(error) => return Err(Error::io("reading", path)(error)),
        };
        let (mut has_segments, mut has_others) = (false, false);
        for entry in entries {
            let name = entry.map_err(Error::io("reading", path))?.file_name();
            has_segments |= name.to_str().is_some_and(is_segment_file);
            has_others |= !is_ours(&name);
        }
        // A loss of power may leave nothing of a stamp but its length.
        let is_blank = stamp.is_none_or(|stamp| stamp.iter().all(|&byte| byte == 0));
        Ok(match broken {
            _ if has_others => Self::Foreign,
            Some(broken) => Self::Damaged(broken, None),
            None if has_segments => Self::Damaged(missing(META_FILES[0]), None),
            None if is_blank => Self::Empty,
            None => Self::Foreign,
        })
    }
}

/// The content of a file; `None` if it is not there.
fn read(folder: &Path, name: &str) -> Result<Option<Vec<u8>>> {
    let file = folder.join(name);
    match fs::read(&file) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(Error::io("reading", &file)(error)),
    }
}

fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory
    )
}

fn missing(file: &str) -> String {
    format!("`{file}` is missing")
}

/// A stamp of any version has a number under `format`.
pub(crate) fn version_of(stamp: &[u8]) -> Option<u32> {
    let stamp: serde_json::Value = serde_json::from_slice(stamp).ok()?;
    u32::try_from(stamp.get("format")?.as_u64()?).ok()
}

/// The bytes of a list of segments with their checksum, as they lie on disk: the engine's JSON, and below it,
/// as JSON too, its XXH3-64.
pub(crate) fn seal(meta: &[u8]) -> Vec<u8> {
    let mut sealed = meta.trim_ascii_end().to_vec();
    let checksum = twox_hash::XxHash3_64::oneshot(&sealed);
    sealed.extend_from_slice(format!("\n{{\"xxh3\":\"{checksum:016x}\"}}\n").as_bytes());
    sealed
}

/// The commit in the bytes of a list of segments, or what is wrong with them.
pub(crate) fn unseal(sealed: &[u8]) -> Result<Commit, String> {
    #[derive(Deserialize)]
    struct Payload {
        payload: String,
    }
    let meta = META_FILES[0];
    let end = sealed.trim_ascii_end().iter().rposition(|&b| b == b'\n');
    let json = &sealed[..end.unwrap_or(0)];
    if seal(json) != sealed {
        return Err(format!("`{meta}` does not match its checksum"));
    }
    let record = serde_json::from_slice::<Payload>(json)
        .and_then(|found| serde_json::from_str(&found.payload))
        .map_err(|_| format!("`{meta}` cannot be read"))?;
    let meta = json.to_vec();
    Ok(Commit { meta, record })
}

/// Makes a commit the one that readers open. All it needs has to be on disk but for the names.
///
/// # Errors
/// [`Error::Io`] if it could not be done, and [`Error::NotDurable`] if it was done.
pub(crate) fn publish(folder: &Path, meta: &[u8]) -> Result<()> {
    sync_folder(folder).map_err(Error::io("syncing", folder))?;
    replace_file(folder, META_FILES, &seal(meta)).map_err(|error| match error {
        ReplaceError::Before(error) => Error::io("writing", &folder.join(META_FILES[0]))(error),
        ReplaceError::After(source) => Error::NotDurable {
            path: folder.to_path_buf(),
            source,
        },
    })
}

/// What the stamp of a folder is to a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// A copy of its record. When the last run ended is not worth a write, and may differ: the list of segments has
    /// it.
    Copy,
    /// Whole, and of a commit before: a run was stopped between its commit and the stamp. The next run writes it.
    Earlier,
    /// Not there, or not as it was written.
    Broken,
}

/// Compares the stamp of a folder with the record of its commit.
///
/// # Errors
/// [`Error::Io`] if it cannot be read.
pub(crate) fn stamp(folder: &Path, record: &CommitRecord) -> Result<Stamp> {
    let stamp = read(folder, STAMP_FILES[0])?;
    let Some(before) = stamp.as_deref().and_then(read_stamp) else {
        return Ok(Stamp::Broken);
    };
    let has_ended = before.finished.is_some() == record.finished.is_some();
    let finished = record.finished;
    let before = CommitRecord { finished, ..before };
    Ok(if has_ended && before == *record {
        Stamp::Copy
    } else {
        Stamp::Earlier
    })
}

/// A record as the stamp has it: JSON, of which the last key is the XXH3-64 of the JSON without that key.
pub(crate) fn stamp_text(record: &CommitRecord) -> Result<String> {
    let json = serde_json::to_string(record).map_err(Error::engine("writing the stamp"))?;
    let checksum = twox_hash::XxHash3_64::oneshot(json.as_bytes());
    let keys = json.strip_suffix('}').unwrap_or(&json);
    Ok(format!("{keys},\"xxh3\":\"{checksum:016x}\"}}\n"))
}

/// The record in a stamp, if each byte of it is as it was written.
pub(crate) fn read_stamp(stamp: &[u8]) -> Option<CommitRecord> {
    let record = serde_json::from_slice(stamp).ok()?;
    let is_whole = stamp_text(&record).is_ok_and(|text| text.as_bytes() == stamp);
    is_whole.then_some(record)
}

/// Says in the folder what is in it, if it does not say so already.
///
/// # Errors
/// [`Error::Io`] if it cannot be written.
pub(crate) fn write_stamp(folder: &Path, record: &CommitRecord) -> Result<()> {
    let tag = folder.join(CACHEDIR_TAG_FILE);
    if !tag.exists() {
        fs::write(&tag, CACHEDIR_TAG).map_err(Error::io("writing", &tag))?;
    }
    if stamp(folder, record)? == Stamp::Copy {
        return Ok(());
    }
    let text = stamp_text(record)?;
    replace_file(folder, STAMP_FILES, text.as_bytes()).map_err(
        |(ReplaceError::Before(error) | ReplaceError::After(error))| {
            Error::io("writing", &folder.join(STAMP_FILES[0]))(error)
        },
    )
}

/// Whether a file of this name belongs to an index folder, of this version or an earlier one.
fn is_ours(name: &OsStr) -> bool {
    let lists = META_FILES.iter().chain(&STAMP_FILES);
    let mut ours = lists.chain(&OUR_PAPERS).chain(&[".managed.json"]);
    ours.any(|ours| name == *ours) || name.to_str().is_some_and(is_leftover_or_segment)
}

fn is_leftover_or_segment(name: &str) -> bool {
    is_segment_file(name) || is_unfinished(name)
}

/// Whether this is a file of a segment: these are named by 32 hexadecimal digits.
pub(crate) fn is_segment_file(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    stem.len() == 32 && stem.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether no index needs a file of this name: what was about to be written when a run was stopped, and what
/// earlier versions kept.
pub(crate) fn is_unfinished(name: &str) -> bool {
    let is_temporary = |rest: &str| rest.bytes().all(|b| b.is_ascii_alphanumeric());
    name == META_FILES[1]
        || name == STAMP_FILES[1]
        || name == ".managed.json"
        || name.starts_with(".tantivy-")
        || name.strip_prefix(".tmp").is_some_and(is_temporary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Language;

    const SEGMENT: &str = "0123456789abcdef0123456789abcdef.store";

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            fs::write(dir.path().join(name), text).expect("a file");
        }
        dir
    }

    fn kind(files: &[(&str, &[u8])]) -> Folder {
        Folder::inspect(folder(files).path()).expect("it can be read")
    }

    fn meta() -> Vec<u8> {
        let record = CommitRecord {
            finished: Some(1),
            ..CommitRecord::empty(Language::German)
        };
        let payload = serde_json::to_string(&record).expect("JSON");
        serde_json::to_vec(&serde_json::json!({ "payload": payload })).expect("JSON")
    }

    fn stamp(finished: Option<i64>) -> Vec<u8> {
        let record = CommitRecord {
            finished,
            ..CommitRecord::empty(Language::German)
        };
        stamp_text(&record).expect("JSON").into_bytes()
    }

    #[test]
    fn a_folder_with_nothing_but_our_papers_is_empty() {
        let papers: &[(&str, &[u8])] = &[("README.md", b"x"), (".gitignore", b"*")];
        assert!(matches!(kind(papers), Folder::Empty));
        assert!(matches!(kind(&[("gleaner.json", b"\0\0")]), Folder::Empty));
        let none = Folder::inspect(Path::new("there is no such folder"));
        assert!(matches!(none, Ok(Folder::Empty)));
    }

    #[test]
    fn other_files_make_it_foreign_and_so_does_being_a_file() {
        let foreign = |files| matches!(kind(files), Folder::Foreign);
        assert!(foreign(&[("README.md", b"x"), ("notes.md", b"mine")]));
        assert!(foreign(&[("gleaner.json", b"{\"name\":\"somebody's\"}")]));
        assert!(foreign(&[("meta.json", b"{}"), ("notes.md", b"mine")]));
        let dir = folder(&[("notes.md", b"mine")]);
        let file = Folder::inspect(&dir.path().join("notes.md"));
        assert!(matches!(file, Ok(Folder::Foreign)));
    }

    #[test]
    fn a_commit_is_read_as_it_was_sealed_and_every_other_byte_is_damage() {
        let (meta, stamp) = (meta(), stamp(Some(1)));
        let sealed = seal(&meta);
        let Folder::Index(commit) = kind(&[("meta.json", &sealed)]) else {
            panic!("an index")
        };
        assert_eq!(commit.meta, meta);
        assert_eq!(commit.record.language, Language::German);
        for place in 0..sealed.len() {
            let mut broken = sealed.clone();
            broken[place] ^= 4;
            let files: &[(&str, &[u8])] = &[("meta.json", &broken), ("gleaner.json", &stamp)];
            let found = kind(files);
            assert!(
                matches!(&found, Folder::Damaged(_, Some(_))),
                "{place}: {found:?}"
            );
            let cut: &[(&str, &[u8])] = &[("meta.json", &sealed[..place])];
            assert!(matches!(kind(cut), Folder::Damaged(_, None)), "{place}");
        }
    }

    #[test]
    fn a_list_of_segments_that_is_missing_is_damage_unless_there_never_was_one() {
        let (never, once) = (stamp(None), stamp(Some(1)));
        let never: &[(&str, &[u8])] = &[("gleaner.json", &never), (SEGMENT, b"x")];
        assert!(matches!(kind(never), Folder::Unfinished(_)));
        let once: &[(&str, &[u8])] = &[("gleaner.json", &once), (SEGMENT, b"x")];
        assert!(matches!(kind(once), Folder::Damaged(_, Some(_))));
        assert!(matches!(
            kind(&[("gleaner.json", b""), (SEGMENT, b"x")]),
            Folder::Damaged(_, None)
        ));
    }

    #[test]
    fn another_version_is_known_by_its_stamp() {
        let stamp: &[u8] = b"{\"format\":4,\"shape\":\"unknown\"}";
        let files: &[(&str, &[u8])] = &[("gleaner.json", stamp), ("meta.json", b"{}")];
        assert!(matches!(kind(files), Folder::OtherVersion(4)));
    }

    #[test]
    fn a_stamp_is_written_where_it_says_something_else() {
        let dir = folder(&[]);
        let mut record = CommitRecord::empty(Language::German);
        let written = |record: &CommitRecord| {
            write_stamp(dir.path(), record).expect("written");
            let text = fs::read(dir.path().join("gleaner.json")).expect("a stamp");
            read_stamp(&text).expect("a whole stamp")
        };
        assert_eq!(written(&record), record);
        record.finished = Some(1);
        assert_eq!(written(&record).finished, Some(1));
        record.finished = Some(2);
        assert_eq!(written(&record).finished, Some(1), "not for a new time");
        record.language = Language::English;
        assert_eq!(written(&record), record);
    }

    #[test]
    fn a_stamp_is_a_copy_or_of_a_commit_before_and_every_other_byte_is_damage() {
        let text = stamp(Some(1));
        let mut record = read_stamp(&text).expect("a whole stamp");
        let dir = folder(&[("gleaner.json", &text)]);
        let said =
            |record: &CommitRecord| super::stamp(dir.path(), record).expect("it can be read");
        assert_eq!(said(&record), Stamp::Copy);
        record.finished = Some(2);
        assert_eq!(said(&record), Stamp::Copy);
        record.finished = None;
        assert_eq!(said(&record), Stamp::Earlier);
        record.finished = Some(1);
        record.selection.max_size = 7;
        assert_eq!(said(&record), Stamp::Earlier);
        for place in 0..text.len() {
            let mut broken = text.clone();
            broken[place] ^= 1;
            fs::write(dir.path().join("gleaner.json"), &broken).expect("a file");
            assert_eq!(said(&record), Stamp::Broken, "{place}");
        }
        fs::remove_file(dir.path().join("gleaner.json")).expect("removed");
        assert_eq!(said(&record), Stamp::Broken);
    }

    #[test]
    fn only_our_own_files_are_taken_for_such() {
        for name in [
            "meta.json",
            "gleaner.json.new",
            ".tmpAb12Cd",
            ".tantivy-meta.lock",
            SEGMENT,
        ] {
            assert!(is_ours(name.as_ref()), "{name}");
        }
        for name in ["notes.md", ".tmp/x", "0123.store", "a.json"] {
            assert!(!is_ours(name.as_ref()), "{name}");
        }
    }
}
