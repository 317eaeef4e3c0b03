//! Folders: articles that are made, copies, lists of files.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::Result;

/// Where cases are played: in memory where the system has a folder for it, as the harness makes and
/// removes some hundred thousand small files.
pub fn workplace() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let writable = nix::unistd::access(memory, nix::unistd::AccessFlags::W_OK).is_ok();
    if writable && memory.is_dir() {
        memory.to_path_buf()
    } else {
        std::env::temp_dir()
    }
}

/// Writes a file, and folders above it, with a modification time long past: a run waits before it
/// reads a file that was changed in this moment.
///
/// # Errors
/// Those of the file system.
pub fn write(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, content)?;
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    let time = Duration::new(1_600_000_000 + hasher.finish() % 1_000_000, 123_456_789);
    File::options()
        .write(true)
        .open(path)?
        .set_modified(SystemTime::UNIX_EPOCH + time)?;
    Ok(())
}

/// Removes a folder with all there is in it; it need not be there.
///
/// # Errors
/// Those of the file system.
pub fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(format!("{}: {error}", folder.display()).into())
        }
        _ => Ok(()),
    }
}

/// Copies a folder of files and folders to a place where nothing is yet.
///
/// # Errors
/// Those of the file system.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// Puts a copy of `from` in the place of `to`.
///
/// # Errors
/// Those of the file system.
pub fn replace(from: &Path, to: &Path) -> Result<()> {
    remove(to)?;
    copy(from, to)
}

/// Names of what lies directly in a folder, sorted; none if there is no folder.
///
/// # Errors
/// Those of the file system.
pub fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// What a folder holds: content and modification time of each file, by path.
pub type Inventory = BTreeMap<PathBuf, (Vec<u8>, Option<SystemTime>)>;

/// Takes down all files of a folder, to see later whether anything was changed.
///
/// # Errors
/// Those of the file system.
pub fn inventory(folder: &Path) -> Result<Inventory> {
    let mut found = Inventory::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else {
                let modified = entry.metadata()?.modified().ok();
                found.insert(entry.path(), (fs::read(entry.path())?, modified));
            }
        }
    }
    Ok(found)
}
