//! Whether the files of an index are what was written, by the checksums they carry.
//!
//! The engine ends every file with the CRC-32 of what stands before; the list of segments has a checksum of ours.

use std::fs;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tantivy::Directory;
use tantivy::directory::error::OpenReadError;

use crate::error::{EngineError, Error, Result};
use crate::format::{self, Stamp};
use crate::record::CommitRecord;
use crate::store::Store;
use crate::sweep::used_files;

/// Bytes of segments that are compared with their checksums whenever a commit is opened, the smallest files
/// first: deletions nearly always, lengths of up to some 40,000 articles, and all of an index of some hundred. That takes
/// less than a hundredth of the time in which a process opens an index and searches once.
const OPENING_BYTES: u64 = 256 << 10;

/// Bytes at the end of every file that say where its checksum stands. Of a shorter file the engine would read before
/// its beginning, and panic.
const SHORTEST_FILE: u64 = 8;

/// Compares a file of the index with its checksum. In memory there is nothing to compare.
pub(crate) fn verify_file(store: &Store, file: &Path) -> Result<()> {
    let Some(folder) = store.folder() else {
        return Ok(());
    };
    let checked = || store.index.directory().validate_checksum(file);
    if size(folder, file)? >= SHORTEST_FILE && checked().map_err(Error::reading(folder))? {
        return Ok(());
    }
    let what = format!("`{}` does not match its checksum", file.display());
    Err(Error::damage(folder, what))
}

impl Store {
    /// Compares all files of this commit with their checksums, and gives what is wrong with each that differs or
    /// cannot be read, in the order of their names. Reads the whole index.
    pub fn verify(&self) -> Vec<Error> {
        let verified = self
            .files()
            .into_iter()
            .map(|file| verify_file(self, &file));
        verified.filter_map(Result::err).collect()
    }

    /// Compares the stamp of the folder with its checksum. A broken stamp is in nobody's way while the list of segments
    /// is whole, but it is what an index is known by once that is not. It may be of an earlier commit, if a run was
    /// killed right after its own.
    ///
    /// # Errors
    /// [`Error::Damaged`] if it is not there or not as it was written, [`Error::Io`] if it cannot be read.
    pub fn verify_stamp(&self, record: &CommitRecord) -> Result<()> {
        match self.folder() {
            Some(folder) if format::stamp(folder, record)? == Stamp::Broken => Err(Error::damage(
                folder,
                "`gleaner.json` is missing or does not match its checksum",
            )),
            _ => Ok(()),
        }
    }

    /// Writes the stamp of the folder anew where it does not say what the commit says.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read or written, and [`Error::Replaced`].
    pub(crate) fn mend_stamp(&self, record: &CommitRecord) -> Result<()> {
        self.locked_folder()?
            .map_or(Ok(()), |folder| format::write_stamp(folder, record))
    }

    /// The files of this commit's segments, by their names below the folder, in order.
    pub fn files(&self) -> Vec<PathBuf> {
        let meta = self.directory.meta().unwrap_or_default();
        let mut files: Vec<PathBuf> = used_files(&meta).into_iter().map(PathBuf::from).collect();
        files.sort();
        files
    }

    /// Compares as much as can be read while nobody notices.
    ///
    /// # Errors
    /// [`Error::Damaged`] if a file is missing or differs.
    pub(crate) fn verify_on_opening(&self) -> Result<()> {
        let Some(folder) = self.folder() else {
            return Ok(());
        };
        let size = |file: PathBuf| Ok((size(folder, &file)?, file));
        let files = self.files().into_iter().map(size);
        let mut files = files.collect::<Result<Vec<_>>>()?;
        files.sort();
        let mut rest = OPENING_BYTES;
        for (size, file) in files {
            if let Some(less) = rest.checked_sub(size) {
                rest = less;
                verify_file(self, &file)?;
            } else if file.extension().is_some_and(|kind| kind == "store") {
                verify_skip_index(self, folder, &file)?;
            }
        }
        Ok(())
    }

    /// Runs what reads this commit. Where that fails for damage, or panics, the file that is damaged is named; a
    /// panic that no damage explains is a [`Error::Defect`].
    ///
    /// # Errors
    /// Those of `read`, and [`Error::Replaced`] instead of damage if the folder is not the one that was locked.
    pub fn guard<T>(&self, read: impl FnOnce() -> Result<T>) -> Result<T> {
        let failed = match catch_unwind(AssertUnwindSafe(read)) {
            Ok(Err(error @ Error::Damaged { .. })) => error,
            Ok(done) => return done,
            Err(panic) => Error::Defect {
                path: self.place().to_path_buf(),
                message: message(&*panic),
            },
        };
        // A run looks for its files in the folder that is there now.
        self.locked_folder()?;
        // A reader of a commit that was replaced holds files that have no name any more.
        let named = self
            .verify()
            .into_iter()
            .find(|error| matches!(error, Error::Damaged { source, .. } if !is_missing(source)));
        Err(named.unwrap_or(failed))
    }
}

/// Looks at what the engine makes room for when it opens a file of stored articles, without comparing the file: as
/// many layers as its skip index says. A damaged number there would have the process ask for any amount of memory.
///
/// The end of the file is `footer` of tantivy's `store` module: the version in 4 bytes, the place of the skip index
/// in 8, and 16 more. The skip index begins with a number of its layers, in groups of 7 bits, the last of which has
/// the highest bit set.
fn verify_skip_index(store: &Store, folder: &Path, file: &Path) -> Result<()> {
    const FOOTER: usize = 28;
    let slice = store.index.directory().open_read(file);
    let slice = slice.map_err(Error::reading(folder))?;
    // Nothing, where the place lies behind the end.
    let read = |from: usize, to: usize| {
        let bytes = slice.slice(from.min(to)..to).read_bytes();
        bytes.map_err(Error::reading(folder))
    };
    let length = slice.num_bytes().get_bytes() as usize;
    let body = length.saturating_sub(FOOTER);
    let footer = read(body, length)?;
    let place = footer.get(4..12).and_then(|place| place.try_into().ok());
    let place = place.map_or(u64::MAX, u64::from_le_bytes);
    let index = read(usize::try_from(place).unwrap_or(usize::MAX), body)?;
    let is_last = |byte: &u8| byte & 0x80 != 0;
    let number = index
        .iter()
        .position(is_last)
        .map_or(&[][..], |last| &index[..=last]);
    let groups = number.iter().rev().map(|byte| usize::from(byte & 0x7f));
    let layers = groups.fold(0_usize, |more, group| {
        more.saturating_mul(128).saturating_add(group)
    });
    // Each layer takes a byte at least.
    if number.is_empty() || layers > index.len() {
        let what = format!("`{}` does not say where its articles are", file.display());
        return Err(Error::damage(folder, what));
    }
    Ok(())
}

fn is_missing(source: &EngineError) -> bool {
    source.to_string().ends_with("is missing")
}

/// The length of a file of the folder, without opening it.
fn size(folder: &Path, file: &Path) -> Result<u64> {
    let metadata = fs::metadata(folder.join(file)).map_err(|error| match error.kind() {
        ErrorKind::NotFound => OpenReadError::FileDoesNotExist(file.to_path_buf()),
        _ => OpenReadError::wrap_io_error(error, file.to_path_buf()),
    });
    Ok(metadata.map_err(Error::reading(folder))?.len())
}

/// What a panic said.
fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "a panic without a message".to_owned())
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::analysis::Language;
    use crate::article::Article;
    use crate::file_state::FileState;
    use crate::record::Selection;
    use crate::store::WriteOptions;

    /// An index of one article.
    fn index(folder: &Path) -> Store {
        let opened = Store::open_for_writing(folder, &WriteOptions::default());
        let (store, lock) = opened.expect("an empty folder");
        let mut writer = store.writer(Some(lock));
        let mut collector = writer.collector(1);
        let (path, article) = ("a.md".into(), Article::default());
        let added = collector.add(&path, &FileState::default(), article, &[]);
        added.expect("added");
        writer.take(vec![collector]).expect("a segment");
        let record = CommitRecord::new(Language::English, None, None, Selection::default());
        writer.commit(&record).expect("a commit");
        Store::open(folder).expect("an index")
    }

    /// Found by the fuzzer: of a file of four to seven bytes, the engine looks for the end of its footer before its
    /// beginning.
    #[test]
    fn a_file_of_any_few_bytes_is_damage() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let store = index(dir.path());
        for file in store.files() {
            let path = dir.path().join(&file);
            let whole = fs::read(&path).expect("a file");
            for length in 0..12 {
                fs::write(&path, &whole[..length]).expect("written");
                let damage = store.verify();
                assert_eq!(damage.len(), 1, "{}: {damage:?}", file.display());
                let read = store.guard(|| store.snapshot());
                assert!(matches!(read, Err(Error::Damaged { .. })), "{read:?}");
            }
            fs::write(&path, whole).expect("written");
        }
        assert!(store.verify().is_empty());
    }

    #[test]
    fn a_number_of_layers_that_cannot_be_is_damage() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let store = index(dir.path());
        let is_store = |file: &PathBuf| file.extension().is_some_and(|kind| kind == "store");
        let file = store.files().into_iter().find(is_store).expect("a store");
        verify_skip_index(&store, dir.path(), &file).expect("nothing is wrong");
        let path = dir.path().join(&file);
        let whole = fs::read(&path).expect("a file");
        let end = whole.windows(11).rposition(|part| part == b"{\"version\":");
        let footer = end.expect("a footer") - 28;
        let place = whole[footer + 4..footer + 12].try_into().expect("8 bytes");
        let place = u64::from_le_bytes(place) as usize;
        for (at, bytes) in [(place, [0x7f, 0x7f, 0x7f, 0xff]), (footer + 4, [0xff; 4])] {
            let mut damaged = whole.clone();
            damaged[at..at + 4].copy_from_slice(&bytes);
            fs::write(&path, damaged).expect("written");
            let found = verify_skip_index(&store, dir.path(), &file);
            assert!(
                matches!(found, Err(Error::Damaged { .. })),
                "{at}: {found:?}"
            );
        }
    }

    /// Found by the fuzzer: in the stored articles, a number that became larger has the engine ask for half a terabyte,
    /// which ends the process.
    #[test]
    fn a_file_is_compared_before_the_engine_reads_it() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let store = index(dir.path());
        for file in store.files() {
            let path = dir.path().join(&file);
            let whole = fs::read(&path).expect("a file");
            let footer = whole.windows(11).rposition(|part| part == b"{\"version\":");
            for place in 0..footer.expect("a footer") {
                let mut damaged = whole.clone();
                damaged.splice(place..place, *b"\x82\x01\x01\x12\x00");
                fs::write(&path, damaged).expect("written");
                let Err(Error::Damaged { source, .. }) = store.snapshot() else {
                    panic!("{} at {place}", file.display())
                };
                let told = source.to_string();
                assert!(told.ends_with("does not match its checksum"), "{told}");
            }
            fs::write(&path, whole).expect("written");
        }
    }
}
