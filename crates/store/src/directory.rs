//! The engine's view of the index folder: memory-mapped segments, and a list of segments that changes when
//! we say so.
//!
//! The engine would write its list of segments, and a list of its files, whenever it likes, and take locks to
//! do so. Here both stay in memory: what is read is the one commit that was opened, and a commit becomes visible
//! when the store writes the list ([`crate::commit`]).

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    AntiCallToken, DirectoryLock, FileHandle, Lock, MmapDirectory, RamDirectory, TerminatingWrite,
    WatchCallback, WatchHandle, WritePtr,
};

use crate::error::{AtFile, Error, Result};

/// The engine's list of segments.
const META_FILE: &str = "meta.json";

/// A folder on disk or in memory whose list of segments is the one that was set.
#[derive(Debug, Clone)]
pub(crate) struct IndexDirectory {
    files: Box<dyn Directory>,
    /// The folder; `None` in memory.
    folder: Option<Arc<Path>>,
    /// The engine's list of segments.
    meta: Arc<Mutex<Option<Vec<u8>>>>,
    /// Names of the files that were made.
    made: Arc<Mutex<Vec<PathBuf>>>,
}

impl IndexDirectory {
    /// The segments in a folder.
    ///
    /// # Errors
    /// [`Error::Io`] if there is no such folder.
    pub(crate) fn on_disk(folder: &Path) -> Result<Self> {
        let files = MmapDirectory::open(folder).map_err(|error| {
            Error::reading(folder)(tantivy::TantivyError::OpenDirectoryError(error))
        })?;
        Ok(Self {
            files: Box::new(files),
            folder: Some(folder.into()),
            meta: Arc::default(),
            made: Arc::default(),
        })
    }

    /// An empty place in memory.
    pub(crate) fn in_memory() -> Self {
        Self {
            files: Box::new(RamDirectory::create()),
            folder: None,
            meta: Arc::default(),
            made: Arc::default(),
        }
    }

    /// The same files with a list of segments of its own, which is empty.
    pub(crate) fn apart(&self) -> Self {
        Self {
            meta: Arc::default(),
            ..self.clone()
        }
    }

    /// The list of segments that the engine sees.
    pub(crate) fn meta(&self) -> Option<Vec<u8>> {
        self.meta
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Has the engine see this list of segments from now on.
    pub(crate) fn set_meta(&self, json: Vec<u8>) {
        *self.meta.lock().unwrap_or_else(PoisonError::into_inner) = Some(json);
    }

    /// The files that were made through this directory, and forgets them.
    pub(crate) fn take_made(&self) -> Vec<PathBuf> {
        std::mem::take(&mut *self.made.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Directory for IndexDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.files.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        if path == Path::new(META_FILE) {
            let meta = self.meta.lock().unwrap_or_else(PoisonError::into_inner);
            return Ok(meta.is_some());
        }
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.push(path.to_path_buf());
        match &self.folder {
            None => self.files.open_write(path),
            Some(folder) => SegmentFile::create(folder, path)
                .map_err(|error| OpenWriteError::wrap_io_error(error, path.to_path_buf())),
        }
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let meta = self.meta.lock().unwrap_or_else(PoisonError::into_inner);
        let absent = || OpenReadError::FileDoesNotExist(path.to_path_buf());
        // The engine's list of its files is not kept: what no commit uses is found by its name.
        let meta = meta.as_ref().filter(|_| path == Path::new(META_FILE));
        meta.cloned().ok_or_else(absent)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        if path == Path::new(META_FILE) {
            self.set_meta(data.to_vec());
        }
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

/// A file of a segment, which is on disk once the engine has ended it.
struct SegmentFile {
    file: File,
    path: PathBuf,
}

impl SegmentFile {
    fn create(folder: &Path, path: &Path) -> io::Result<WritePtr> {
        // A run that was stopped may have left a file of this name.
        let file = File::create(folder.join(path)).map_err(AtFile::mark(path))?;
        let path = path.to_path_buf();
        Ok(BufWriter::new(Box::new(Self { file, path })))
    }
}

impl Write for SegmentFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).map_err(AtFile::mark(&self.path))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for SegmentFile {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.file.sync_data().map_err(AtFile::mark(&self.path))
    }
}

/// Waits until the names in a folder are on disk.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(windows) {
        // Names are on disk as they are there, and a folder cannot be opened.
        return Ok(());
    }
    File::open(folder)?.sync_all()
}

/// Why a file could not be replaced: whether it is the old one still, or already the new one.
pub(crate) enum ReplaceError {
    Before(io::Error),
    After(io::Error),
}

/// Replaces a file at once: whoever reads it sees the old one or the new one, and so it is after a loss of
/// power. `unfinished` is the name it is written under.
pub(crate) fn replace_file(
    folder: &Path,
    [name, unfinished]: [&str; 2],
    bytes: &[u8],
) -> Result<(), ReplaceError> {
    let unfinished = folder.join(unfinished);
    let write = || {
        let mut file = File::create(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, folder.join(name))
    };
    write().map_err(|error| {
        // What cannot be removed now goes with the next run.
        let _ = fs::remove_file(&unfinished);
        ReplaceError::Before(error)
    })?;
    sync_folder(folder).map_err(ReplaceError::After)
}
