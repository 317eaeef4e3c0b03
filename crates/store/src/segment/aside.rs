//! Bytes that are put aside until a segment is written: in memory, or in a file if they are many.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use tantivy::directory::{AntiCallToken, FileSlice, TerminatingWrite};
use tantivy::index::SegmentId;

/// Bytes put aside.
pub(super) enum Aside {
    Memory(Vec<u8>),
    File(TemporaryFile),
}

/// A file that goes when it is not needed any more. If the process is killed, the next run of
/// indexing removes it: it is named as a segment that no commit uses.
pub(super) struct TemporaryFile {
    path: PathBuf,
    bytes: usize,
}

impl TemporaryFile {
    fn new(folder: &Path) -> Self {
        let name = SegmentId::generate_random().uuid_string() + ".run";
        Self {
            path: folder.join(name),
            bytes: 0,
        }
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        // What cannot be removed now is swept after the commit.
        let _ = fs::remove_file(&self.path);
    }
}

impl Aside {
    /// Moves the bytes into a file of this folder.
    pub(super) fn spill(&mut self, folder: &Path) -> io::Result<()> {
        if let Self::Memory(bytes) = self {
            let mut file = TemporaryFile::new(folder);
            fs::write(&file.path, &*bytes)?;
            file.bytes = bytes.len();
            *self = Self::File(file);
        }
        Ok(())
    }

    /// The folder they lie in; `None` for those in memory.
    pub(super) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Memory(_) => None,
            Self::File(file) => file.path.parent(),
        }
    }

    /// How many they are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Memory(bytes) => bytes.len(),
            Self::File(file) => file.bytes,
        }
    }

    /// Reads a range of them.
    pub(super) fn read(&self, range: Range<usize>) -> io::Result<Box<dyn Read + '_>> {
        Ok(match self {
            Self::Memory(bytes) => Box::new(&bytes[range]),
            Self::File(file) => {
                let mut input = File::open(&file.path)?;
                input.seek(SeekFrom::Start(range.start as u64))?;
                let input = BufReader::with_capacity(1 << 16, input);
                Box::new(input.take(range.len() as u64))
            }
        })
    }

    /// Hands all of them out as the engine reads files: of those in a file, only what is asked for comes
    /// into memory.
    pub(super) fn take(&mut self) -> io::Result<FileSlice> {
        match self {
            Self::Memory(bytes) => Ok(FileSlice::from(std::mem::take(bytes))),
            Self::File(file) => FileSlice::open(&file.path),
        }
    }
}

/// Puts bytes aside, one after another.
pub(super) struct AsideWriter {
    output: Output,
    bytes: usize,
}

enum Output {
    Memory(Vec<u8>),
    File(BufWriter<File>, TemporaryFile),
}

impl AsideWriter {
    /// Into a file of this folder, or into memory.
    pub(super) fn new(folder: Option<&Path>) -> io::Result<Self> {
        let output = match folder {
            None => Output::Memory(Vec::new()),
            Some(folder) => {
                let file = TemporaryFile::new(folder);
                Output::File(BufWriter::new(File::create(&file.path)?), file)
            }
        };
        Ok(Self { output, bytes: 0 })
    }

    /// What was put aside.
    pub(super) fn finish(self) -> io::Result<Aside> {
        match self.output {
            Output::Memory(bytes) => Ok(Aside::Memory(bytes)),
            Output::File(mut writer, mut file) => {
                writer.flush()?;
                file.bytes = self.bytes;
                Ok(Aside::File(file))
            }
        }
    }
}

impl Write for AsideWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.output {
            Output::Memory(memory) => memory.write(bytes),
            Output::File(file, _) => file.write(bytes),
        }?;
        self.bytes += written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The same in the hands of the engine, which ends its files when they are whole.
impl TerminatingWrite for &mut AsideWriter {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        Ok(())
    }
}
