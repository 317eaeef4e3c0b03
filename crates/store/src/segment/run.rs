//! Runs: postings in the order of their terms, on the way to a segment.
//!
//! What a thread collects is emptied into a run when it fills its share of memory, and in the end; a
//! segment is made by going through all runs at once, as in sorting what does not fit into memory
//! (Witten, Moffat and Bell, "Managing Gigabytes", 1999, sort-based inversion).

use std::io::{self, Read};
use std::path::Path;

use super::aside::Aside;

/// The postings of documents that were entered one after another.
pub(super) struct Run {
    documents: u32,
    fields: Vec<RunField>,
    /// The entries of all fields: the lengths of the term and of the list and the number of documents,
    /// each in four bytes, the term and the list.
    data: Aside,
}

/// What a run has of one field.
struct RunField {
    /// Number of tokens.
    tokens: u64,
    /// The length of each document, in the engine's code of one byte.
    lengths: Vec<u8>,
    /// Where its entries begin; they end where those of the next field begin.
    start: usize,
}

impl Run {
    pub(super) fn new(documents: u32) -> Self {
        Self {
            documents,
            fields: Vec::new(),
            data: Aside::Memory(Vec::new()),
        }
    }

    /// Goes on to the next field.
    pub(super) fn begin_field(&mut self, tokens: u64, lengths: Vec<u8>) {
        let start = self.data.len();
        self.fields.push(RunField {
            tokens,
            lengths,
            start,
        });
    }

    /// Adds a term to the field; terms ascend. `copy` appends its list.
    pub(super) fn add(&mut self, term: &[u8], documents: u32, copy: impl FnOnce(&mut Vec<u8>)) {
        let Aside::Memory(bytes) = &mut self.data else {
            return;
        };
        let start = bytes.len();
        bytes.extend_from_slice(&[0; HEADER_BYTES]);
        bytes.extend_from_slice(term);
        let list = bytes.len();
        copy(bytes);
        let header = [term.len() as u32, (bytes.len() - list) as u32, documents];
        for (place, number) in bytes[start..][..HEADER_BYTES]
            .chunks_exact_mut(4)
            .zip(header)
        {
            place.copy_from_slice(&number.to_le_bytes());
        }
    }

    /// Moves the entries into a file of this folder.
    pub(super) fn spill(&mut self, folder: &Path) -> io::Result<()> {
        self.data.spill(folder)
    }

    /// The folder that the entries were moved into, if they were.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.data.folder()
    }

    /// How many documents there are.
    pub(super) fn documents(&self) -> u32 {
        self.documents
    }

    /// Number of tokens of a field.
    pub(super) fn tokens(&self, field: usize) -> u64 {
        self.fields[field].tokens
    }

    /// The lengths of the documents in a field.
    pub(super) fn lengths(&self, field: usize) -> &[u8] {
        &self.fields[field].lengths
    }

    /// The entries of a field.
    pub(super) fn entries(&self, field: usize) -> io::Result<Entries<'_>> {
        let start = self.fields[field].start;
        let end = self
            .fields
            .get(field + 1)
            .map_or(self.data.len(), |next| next.start);
        let input = self.data.read(start..end)?;
        let rest = end - start;
        Ok(Entries { input, rest })
    }
}

const HEADER_BYTES: usize = 12;

/// The entries of a field, in the order of their terms.
pub(super) struct Entries<'a> {
    input: Box<dyn Read + 'a>,
    rest: usize,
}

/// A term and its list.
#[derive(Default)]
pub(super) struct Entry {
    pub(super) term: Vec<u8>,
    /// In how many documents it is.
    pub(super) documents: u32,
    pub(super) list: Vec<u8>,
}

impl Entries<'_> {
    /// Reads the next entry; false if there is none.
    pub(super) fn read(&mut self, entry: &mut Entry) -> io::Result<bool> {
        if self.rest == 0 {
            return Ok(false);
        }
        let mut header = [0; HEADER_BYTES];
        self.input.read_exact(&mut header)?;
        let number = |at: usize| {
            u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        let (term, list) = (number(0) as usize, number(4) as usize);
        entry.documents = number(8);
        entry.term.resize(term, 0);
        self.input.read_exact(&mut entry.term)?;
        entry.list.resize(list, 0);
        self.input.read_exact(&mut entry.list)?;
        self.rest -= HEADER_BYTES + term + list;
        Ok(true)
    }
}
