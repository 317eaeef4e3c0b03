//! An index: where it is, and the ways into it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use tantivy::directory::MmapDirectory;
use tantivy::schema::Schema;
use tantivy::{Index, ReloadPolicy};

use crate::analysis::{Analyzer, Language};
use crate::directory::IndexDirectory;
use crate::error::{EngineError, Error, Result};
use crate::format::{self, Folder, Stamp};
use crate::schema::{self, Fields};
use crate::snapshot::Snapshot;
use crate::writer::Writer;

/// An index, on disk or in memory. Cheap to clone; clones are the same index.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) index: Index,
    pub(crate) fields: Fields,
    pub(crate) language: Language,
    /// The folder; `None` in memory.
    pub(crate) folder: Option<PathBuf>,
}

/// What to do about another process that writes to the same index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhenLocked {
    /// Give up with [`Error::Locked`].
    #[default]
    Fail,
    /// Wait until it has finished.
    Wait,
}

impl Store {
    /// Opens the index in a folder for reading. Needs no write access.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, [`Error::Foreign`] if the folder holds other things,
    /// [`Error::Format`] and [`Error::Analysis`] if another version made it, [`Error::Damaged`] if
    /// its files are broken, [`Error::Io`] if they cannot be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = match format::inspect(path)? {
            Folder::Index(text) if format::has_commits(path) => text,
            Folder::Index(_) | Folder::Empty => {
                return Err(Error::NotFound {
                    path: path.to_path_buf(),
                });
            }
            Folder::Foreign => {
                return Err(Error::Foreign {
                    path: path.to_path_buf(),
                });
            }
        };
        let stamp = format::accept(path, &text)?;
        let directory = MmapDirectory::open(path).map_err(Error::damaged(path))?;
        let index = Index::open(IndexDirectory(directory)).map_err(Error::damaged(path))?;
        let (schema, fields) = schema::schema();
        if index.schema() != schema {
            let reason = EngineError::new("its fields are not those of its format");
            return Err(Error::Damaged {
                path: path.to_path_buf(),
                source: reason,
            });
        }
        Ok(Self {
            index,
            fields,
            language: stamp.language,
            folder: Some(path.to_path_buf()),
        })
    }

    fn in_memory(language: Language) -> Result<Self> {
        let (schema, fields) = schema::schema();
        let index = builder(schema)
            .create_in_ram()
            .map_err(Error::engine("creating an index"))?;
        Ok(Self {
            index,
            fields,
            language,
            folder: None,
        })
    }

    /// Opens the index in a folder for writing, and makes one if the folder is missing or empty.
    /// With `rebuild`, an index that is refused as damaged, of another version or in another language
    /// is replaced by an empty one. Where no language is asked for, an index keeps its own, and a new
    /// one is in English.
    ///
    /// One process writes at a time; others go on reading the last commit.
    ///
    /// # Errors
    /// As [`Store::open`], but for [`Error::NotFound`]; and [`Error::Locked`], and
    /// [`Error::Language`] if there is an index in another language than the one asked for.
    pub fn open_for_writing(
        path: impl AsRef<Path>,
        language: Option<Language>,
        rebuild: bool,
        when_locked: WhenLocked,
    ) -> Result<(Self, WriteLock)> {
        let path = path.as_ref();
        if format::inspect(path)? == Folder::Foreign {
            return Err(Error::Foreign {
                path: path.to_path_buf(),
            });
        }
        fs::create_dir_all(path).map_err(Error::io("creating", path))?;
        let lock = WriteLock::acquire(path, when_locked)?;
        // Somebody else may have changed the folder while we waited.
        let stamp = match format::inspect(path)? {
            Folder::Foreign => {
                return Err(Error::Foreign {
                    path: path.to_path_buf(),
                });
            }
            Folder::Empty => {
                return Ok((Self::create(path, language.unwrap_or_default())?, lock));
            }
            Folder::Index(stamp) => stamp,
        };
        let wanted = language
            .or_else(|| format::language_of(&stamp))
            .unwrap_or_default();
        if !format::has_commits(path) {
            format::wipe(path)?;
            return Ok((Self::create(path, wanted)?, lock));
        }
        // Only opening a snapshot shows whether all files are whole.
        let opened = Self::open(path).and_then(|store| store.snapshot().map(|_| store));
        let opened = opened.and_then(|store| store.in_language(wanted));
        match opened {
            Err(
                Error::Format { .. }
                | Error::Analysis { .. }
                | Error::Damaged { .. }
                | Error::Language { .. },
            ) if rebuild => {
                format::wipe(path)?;
                Ok((Self::create(path, wanted)?, lock))
            }
            opened => opened.map(|store| (store, lock)),
        }
    }

    /// This index, if it is in the language asked for.
    fn in_language(self, asked: Language) -> Result<Self> {
        if self.language == asked {
            return Ok(self);
        }
        Err(Error::Language {
            path: self.folder.unwrap_or_default(),
            found: self.language,
            asked,
        })
    }

    fn create(path: &Path, language: Language) -> Result<Self> {
        let (schema, fields) = schema::schema();
        let directory = MmapDirectory::open(path).map_err(Error::engine("creating an index"))?;
        // The stamp comes first: a folder with a stamp and no commit, which a crash here would
        // leave, is ours and counts as empty.
        format::write_stamp(path, &Stamp::new(language))?;
        let index = builder(schema)
            .open_or_create(IndexDirectory(directory))
            .map_err(Error::engine("creating an index"))?;
        Ok(Self {
            index,
            fields,
            language,
            folder: Some(path.to_path_buf()),
        })
    }

    /// The state of the last commit. It stays as it is, whatever is written meanwhile.
    ///
    /// # Errors
    /// [`Error::Damaged`] if files of the index are missing or broken.
    pub fn snapshot(&self) -> Result<Snapshot> {
        let location = self.folder.as_deref().unwrap_or(Path::new("memory"));
        let reader = self
            .index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(Error::damaged(location))?;
        Ok(Snapshot::new(reader.searcher(), self.clone()))
    }

    /// A writer for this index. On disk it needs the lock that [`Store::open_for_writing`] gave.
    ///
    /// # Errors
    /// [`Error::Locked`] if there is a writer already, [`Error::Engine`] if the engine refuses.
    pub fn writer(&self, lock: Option<WriteLock>) -> Result<Writer> {
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

    /// Language of the stems.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The fields of the engine's schema.
    pub fn fields(&self) -> &Fields {
        &self.fields
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
    /// [`Error::Engine`] if the engine refuses, which it has no reason to.
    pub fn new(language: Language) -> Result<Self> {
        Store::in_memory(language).map(Self)
    }
}

/// The index behind an index in memory.
pub fn memory_store(index: &MemoryIndex) -> &Store {
    &index.0
}

fn builder(schema: Schema) -> tantivy::IndexBuilder {
    Index::builder().schema(schema)
}

/// The right to write to an index folder; given back when dropped, or when the process ends.
#[derive(Debug)]
pub struct WriteLock {
    /// Closing the file releases the lock.
    _file: File,
}

impl WriteLock {
    fn acquire(path: &Path, when_locked: WhenLocked) -> Result<Self> {
        let name = path.join(format::LOCK_FILE);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&name)
            .map_err(Error::io("opening", &name))?;
        match (file.try_lock(), when_locked) {
            (Ok(()), _) => {}
            (Err(TryLockError::WouldBlock), WhenLocked::Fail) => {
                return Err(Error::Locked {
                    path: path.to_path_buf(),
                });
            }
            (Err(TryLockError::WouldBlock), WhenLocked::Wait) => {
                file.lock().map_err(Error::io("locking", &name))?;
            }
            (Err(TryLockError::Error(error)), _) => return Err(Error::io("locking", &name)(error)),
        }
        Ok(Self { _file: file })
    }
}
