//! An index: where it is, and the ways into it.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tantivy::{Index, IndexSettings, ReloadPolicy};

use crate::analysis::{Analyzer, Language};
use crate::cancel::Cancel;
use crate::directory::{IndexDirectory, sync_folder};
use crate::error::{Error, Result};
use crate::format::{self, Commit, Folder};
use crate::lock::{LockFile, WhenLocked, WriteLock};
use crate::record::CommitRecord;
use crate::schema::{self, Fields};
use crate::snapshot::Snapshot;
use crate::writer::Writer;

/// One commit of an index, on disk or in memory. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) index: Index,
    pub(crate) directory: IndexDirectory,
    pub(crate) fields: Fields,
    pub(crate) language: Language,
    /// The folder; `None` in memory.
    pub(crate) folder: Option<PathBuf>,
    /// Stops whoever writes.
    pub(crate) cancel: Cancel,
    /// Whether the folder has no index yet.
    is_new: bool,
    /// The file that was locked before anything was written.
    lock_file: Option<LockFile>,
}

/// How an index is opened for writing.
#[derive(Debug, Clone, Default)]
pub struct WriteOptions {
    /// Language of the articles. Where none is asked for, an index keeps its own, and a new one is in English.
    pub language: Option<Language>,
    /// Whether a new index is made beside the one that is there, and takes its place with its first commit.
    pub rebuild: bool,
    /// What to do about another process that writes.
    pub when_locked: WhenLocked,
    /// Stops the run.
    pub cancel: Cancel,
}

/// How often a commit is opened anew that another one has replaced meanwhile.
const REOPENINGS: usize = 100;

impl Store {
    /// Opens the index in a folder for reading. Takes no lock and needs no write access.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, [`Error::Unfinished`] if no run of indexing has ended,
    /// [`Error::Foreign`] if the folder holds other things, [`Error::Format`] and [`Error::Analysis`] if another
    /// version made it, [`Error::Damaged`] if its files are broken, [`Error::Io`] if they cannot be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::of_folder(path, Folder::inspect(path)?)
    }

    fn of_folder(path: &Path, folder: Folder) -> Result<Self> {
        let path_buf = || path.to_path_buf();
        match folder {
            Folder::Index(commit) => Self::of_commit(path, *commit),
            Folder::Empty => Err(Error::NotFound { path: path_buf() }),
            Folder::Unfinished(_) => Err(Error::Unfinished { path: path_buf() }),
            Folder::Foreign => Err(Error::Foreign { path: path_buf() }),
            Folder::Damaged(what, _) => Err(Error::damage(path, what)),
            Folder::OtherVersion(found) => Err(Error::Format {
                path: path_buf(),
                found,
                expected: format::FORMAT,
            }),
        }
    }

    fn of_commit(path: &Path, commit: Commit) -> Result<Self> {
        commit.record.accept(path)?;
        let directory = IndexDirectory::on_disk(path)?;
        directory.set_meta(commit.meta);
        let index = open_list(directory.clone(), path)?;
        let (schema, fields) = schema::schema();
        if index.schema() != schema {
            return Err(Error::damage(
                path,
                "its fields are not those of its format",
            ));
        }
        Ok(Self {
            index,
            directory,
            fields,
            language: commit.record.language,
            folder: Some(path.to_path_buf()),
            cancel: Cancel::default(),
            is_new: false,
            lock_file: None,
        })
    }

    /// An index without articles, in a folder or in memory. Nothing of it is on disk before its first commit.
    fn empty(folder: Option<&Path>, language: Language) -> Result<Self> {
        let (schema, fields) = schema::schema();
        let directory = match folder {
            Some(folder) => IndexDirectory::on_disk(folder)?,
            None => IndexDirectory::in_memory(),
        };
        let place = folder.unwrap_or(Path::new(MEMORY));
        let index = Index::create(directory.clone(), schema, IndexSettings::default());
        Ok(Self {
            index: index.map_err(Error::reading(place))?,
            directory,
            fields,
            language,
            folder: folder.map(Path::to_path_buf),
            cancel: Cancel::default(),
            is_new: false,
            lock_file: None,
        })
    }

    /// Opens the index in a folder for writing, and makes one if the folder is missing or empty.
    /// With `rebuild`, whatever index is there goes on answering until the first commit of the new one, also one
    /// that is damaged, of another version or in another language.
    ///
    /// One process writes at a time; others go on reading the last commit.
    ///
    /// # Errors
    /// As [`Store::open`], but for [`Error::NotFound`] and [`Error::Unfinished`]; and [`Error::Locked`], and
    /// [`Error::Language`] if there is an index in another language than the one asked for.
    pub fn open_for_writing(
        path: impl AsRef<Path>,
        options: &WriteOptions,
    ) -> Result<(Self, WriteLock)> {
        let path = path.as_ref();
        let foreign = || Error::Foreign {
            path: path.to_path_buf(),
        };
        if let Folder::Foreign = Folder::inspect(path)? {
            return Err(foreign());
        }
        create_folder(path)?;
        let lock = WriteLock::acquire(path, options.when_locked, &options.cancel)?;
        // Somebody else may have changed the folder while we waited.
        let folder = Folder::inspect(path)?;
        let store = match &folder {
            Folder::Foreign => return Err(foreign()),
            Folder::Empty | Folder::Unfinished(_) => Self {
                is_new: true,
                ..Self::empty(Some(path), wanted(&folder, options))?
            },
            _ if options.rebuild => Self::empty(Some(path), wanted(&folder, options))?,
            _ => Self::of_folder(path, folder)?.in_language(options.language)?,
        };
        let store = Self {
            cancel: options.cancel.clone(),
            lock_file: Some(lock.file().clone()),
            ..store
        };
        Ok((store, lock))
    }

    /// Says in a folder that has no index yet that it is ours, and what the first run is about to index.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be written, and [`Error::Replaced`].
    pub fn announce(&self, record: &CommitRecord) -> Result<()> {
        match self.locked_folder()? {
            Some(folder) if self.is_new => format::write_stamp(folder, record),
            _ => Ok(()),
        }
    }

    /// The folder, where there is one, if it is the one that was locked. To be asked before anything of it is
    /// removed or replaced: another process may be writing to a folder that has taken its place.
    ///
    /// # Errors
    /// [`Error::Replaced`] if it is another one.
    pub(crate) fn locked_folder(&self) -> Result<Option<&Path>> {
        let is_gone = |lock_file: &LockFile| !lock_file.is_there();
        match self.folder() {
            Some(folder) if self.lock_file.as_ref().is_some_and(is_gone) => Err(Error::Replaced {
                path: folder.to_path_buf(),
            }),
            folder => Ok(folder),
        }
    }

    /// This index, if it is in the language asked for.
    fn in_language(self, asked: Option<Language>) -> Result<Self> {
        match asked.filter(|asked| *asked != self.language) {
            None => Ok(self),
            Some(asked) => Err(Error::Language {
                path: self.folder.unwrap_or_default(),
                found: self.language,
                asked,
            }),
        }
    }

    /// The commit that is the last one now. It stays as it is, whatever is written meanwhile.
    ///
    /// # Errors
    /// [`Error::Damaged`] if files of the index are missing or broken, and those of [`Store::open`] if another
    /// index has taken its place.
    pub fn snapshot(&self) -> Result<Snapshot> {
        let mut store = self.clone();
        for _ in 0..REOPENINGS {
            let failure = match store.snapshot_of_commit() {
                Err(error @ (Error::Damaged { .. } | Error::Io { .. })) => error,
                done => return done,
            };
            // A commit that was replaced while its files were opened may have lost some of them.
            let Some(folder) = &self.folder else {
                return Err(failure);
            };
            let before = store.directory.meta();
            match Folder::inspect(folder)? {
                Folder::Index(commit) if Some(&commit.meta) != before.as_ref() => {
                    store = Self::of_commit(folder, *commit)?;
                }
                _ => return Err(failure),
            }
        }
        store.snapshot_of_commit()
    }

    fn snapshot_of_commit(&self) -> Result<Snapshot> {
        // Before the engine opens them: it makes room for as many things as a damaged file says, and a process that
        // asks for too much memory is ended.
        self.verify_on_opening()?;
        let reader = self
            .index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(Error::reading(self.place()))?;
        Snapshot::new(reader.searcher(), self.clone())
    }

    /// A writer for this index. On disk it needs the lock that [`Store::open_for_writing`] gave.
    pub fn writer(&self, lock: Option<WriteLock>) -> Writer {
        Writer::new(self, lock)
    }

    /// An analyzer for the words of this index.
    pub fn analyzer(&self) -> Analyzer {
        Analyzer::new(self.language)
    }

    /// The folder the index is in; `None` for one in memory.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The folder the index is in, as messages name it.
    pub fn place(&self) -> &Path {
        self.folder().unwrap_or(Path::new(MEMORY))
    }

    /// Language of the stems.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The fields of the engine's schema.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Stops whoever writes to this index.
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }
}

/// Has the engine read the list of segments of a directory. It panics at one that has the right checksum and says what
/// no list says, such as the same field twice.
pub(crate) fn open_list(directory: IndexDirectory, path: &Path) -> Result<Index> {
    match catch_unwind(AssertUnwindSafe(|| Index::open(directory))) {
        Ok(opened) => opened.map_err(Error::reading(path)),
        Err(_) => Err(Error::damage(path, "`meta.json` cannot be read")),
    }
}

/// Makes the folder of an index if it is not there; its name is then on disk.
fn create_folder(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(path).map_err(Error::io("creating", path))?;
    match path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        Some(parent) => sync_folder(parent).map_err(Error::io("syncing", parent)),
        None => sync_folder(Path::new(".")).map_err(Error::io("syncing", path)),
    }
}

/// What messages call an index in memory.
const MEMORY: &str = "memory";

/// The language of an index that is made in this folder.
fn wanted(folder: &Folder, options: &WriteOptions) -> Language {
    let before = match folder {
        Folder::Index(commit) => Some(commit.record.language),
        Folder::Damaged(_, Some(record)) | Folder::Unfinished(record) => Some(record.language),
        _ => None,
    };
    options.language.or(before).unwrap_or_default()
}

/// Whence the index in a folder was made, and by which choice of files: by the last commit, or else by the
/// stamp, so that one that is damaged can be made anew.
///
/// # Errors
/// [`Error::NotFound`] if nothing there says so, and [`Error::Io`] if the folder cannot be read.
pub fn last_record(path: &Path) -> Result<CommitRecord> {
    match Folder::inspect(path)? {
        Folder::Index(commit) => Ok(commit.record),
        Folder::Damaged(_, Some(record)) | Folder::Unfinished(record) => Ok(*record),
        _ => Err(Error::NotFound {
            path: path.to_path_buf(),
        }),
    }
}

/// An index in memory, for tests and for embedding. Cheap to clone; clones are the same index.
///
/// It shows nothing of the engine: [`memory_store`] does, for the crates that read and write.
#[derive(Debug, Clone)]
pub struct MemoryIndex(Store);

impl MemoryIndex {
    /// An empty index for articles in this language.
    ///
    /// # Errors
    /// None that is known; the engine's signature has one.
    pub fn new(language: Language) -> Result<Self> {
        Store::empty(None, language).map(Self)
    }
}

/// The index behind an index in memory.
pub fn memory_store(index: &MemoryIndex) -> &Store {
    &index.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by the fuzzer.
    #[test]
    fn a_list_that_names_a_field_twice_is_damage() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let record = CommitRecord::empty(Language::English);
        let field = serde_json::json!({
            "name": "path",
            "type": "bytes",
            "options": { "indexed": false, "fieldnorms": false, "fast": true, "stored": false },
        });
        let meta = serde_json::json!({
            "segments": [],
            "schema": [field.clone(), field],
            "opstamp": 0,
            "payload": serde_json::to_string(&record).expect("JSON"),
        });
        let sealed = format::seal(meta.to_string().as_bytes());
        fs::write(dir.path().join("meta.json"), sealed).expect("a file");
        let opened = Store::open(dir.path());
        assert!(matches!(opened, Err(Error::Damaged { .. })), "{opened:?}");
    }
}
