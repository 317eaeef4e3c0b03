//! What is read of a segment again and again, opened once.

use std::sync::OnceLock;

use tantivy::columnar::{BytesColumn, Column};
use tantivy::store::StoreReader;
use tantivy::{DocId, SegmentReader};

use crate::file_state::FileState;
use crate::schema::{HASH_COLUMN, STAMP_COLUMN};

/// The parts of a segment that every search reads: opening one takes longer than reading from it.
#[derive(Default)]
pub(crate) struct Opened {
    /// The column of paths.
    pub(crate) paths: OnceLock<BytesColumn>,
    /// What is known of the files.
    pub(crate) files: OnceLock<FileColumns>,
    /// The numbers of shingles, and the sketches.
    pub(crate) sketches: OnceLock<(Column<u64>, Column<u64>)>,
    /// The stored documents.
    pub(crate) documents: OnceLock<StoreReader>,
}

/// What each file looked like when it was read, and its hash.
pub(crate) struct FileColumns {
    pub(crate) stamp: Column<u64>,
    pub(crate) hash: Column<u64>,
}

impl FileColumns {
    pub(crate) fn of(segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        Ok(Self {
            stamp: columns.u64(STAMP_COLUMN)?,
            hash: columns.u64(HASH_COLUMN)?,
        })
    }

    /// The state of the file of a document, as if it was not left out.
    pub(crate) fn state(&self, doc: DocId) -> FileState {
        FileState {
            stamp: self.stamp.first(doc).unwrap_or_default(),
            hash: self.hash.first(doc).unwrap_or_default(),
            left_out: false,
        }
    }
}

/// What `cell` holds; opened first where nobody did before.
pub(crate) fn opened<T, E>(
    cell: &OnceLock<T>,
    open: impl FnOnce() -> Result<T, E>,
) -> Result<&T, E> {
    if let Some(value) = cell.get() {
        return Ok(value);
    }
    let value = open()?;
    Ok(cell.get_or_init(|| value))
}
