//! The programs that are compared.
//!
//! | kind | what it is |
//! | --- | --- |
//! | [`Kind::Gleaner`] | the library, as the command uses it |
//! | [`Kind::Apart`] | bare tantivy as its documentation shows it: title and body with `en_stem`, stored |
//! | [`Kind::Combined`] | the same with title and body in one field |
//! | [`Kind::Stems`] | bare tantivy with the very words that Gleaner indexes, for equal numbers of hits |
//! | [`Kind::Fts5`] | `SQLite` FTS5 with its Porter stemmer |

mod bare;
mod en_stem;
mod engine;
mod fts5;
mod gleaner;
mod split;
mod stems;

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

pub use gleaner::query as gleaner_query;
pub use split::{Split, split};

use crate::ask::{Ask, Found, Want};

/// Key of the front matter that the programs filter by: the first of these that the articles have.
pub const FILTER_KEYS: [&str; 3] = ["category", "ms.topic", "type"];

/// One of the programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Gleaner.
    Gleaner,
    /// Bare tantivy, title and body apart.
    Apart,
    /// Bare tantivy, title and body in one field.
    Combined,
    /// Bare tantivy with the words of Gleaner.
    Stems,
    /// `SQLite` FTS5.
    Fts5,
}

/// An index that is open for searching.
pub trait Peer {
    /// Answers, or says `None` if the program has no such query.
    fn find(&self, ask: &Ask, want: Want) -> Option<Found>;
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Gleaner,
        Self::Stems,
        Self::Combined,
        Self::Apart,
        Self::Fts5,
    ];

    /// Its name in one word, also for the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gleaner => "gleaner",
            Self::Apart => "tantivy-apart",
            Self::Combined => "tantivy",
            Self::Stems => "tantivy-stems",
            Self::Fts5 => "fts5",
        }
    }

    /// The program of this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Makes an index of a folder of articles in a folder that is not there yet. Returns how many
    /// articles it has.
    pub fn index(self, articles: &Path, index: &Path) -> u64 {
        match self {
            Self::Gleaner => gleaner::index(articles, index),
            Self::Apart => bare::index(articles, index, bare::Layout::Apart),
            Self::Combined => bare::index(articles, index, bare::Layout::Combined),
            Self::Stems => stems::index(articles, index),
            Self::Fts5 => fts5::index(articles, index),
        }
    }

    /// Brings the index up to date. Returns how many files it read; `None` if the program as it is
    /// written here cannot.
    pub fn update(self, articles: &Path, index: &Path) -> Option<u64> {
        match self {
            Self::Gleaner => Some(gleaner::update(articles, index)),
            Self::Apart => Some(bare::update(articles, index, bare::Layout::Apart)),
            Self::Combined => Some(bare::update(articles, index, bare::Layout::Combined)),
            Self::Stems | Self::Fts5 => None,
        }
    }

    /// Opens an index for searching.
    pub fn open(self, index: &Path) -> Box<dyn Peer> {
        match self {
            Self::Gleaner => Box::new(gleaner::open(index)),
            Self::Apart => Box::new(bare::open(index, bare::Layout::Apart)),
            Self::Combined => Box::new(bare::open(index, bare::Layout::Combined)),
            Self::Stems => Box::new(stems::open(index)),
            Self::Fts5 => Box::new(fts5::open(index)),
        }
    }

    /// As [`Kind::open`], for several threads at once; `None` if it cannot be shared.
    pub fn open_shared(self, index: &Path) -> Option<Box<dyn Peer + Sync>> {
        match self {
            Self::Gleaner => Some(Box::new(gleaner::open(index))),
            Self::Apart => Some(Box::new(bare::open(index, bare::Layout::Apart))),
            Self::Combined => Some(Box::new(bare::open(index, bare::Layout::Combined))),
            Self::Stems | Self::Fts5 => None,
        }
    }
}

/// Asserts that Gleaner finds as many articles as tantivy with the same words, [`Kind::Stems`]; and no
/// fewer for a pattern, which tantivy takes for at most 50 words a segment, and which Gleaner also takes
/// for a stem. Nothing is timed that finds nothing.
///
/// # Panics
/// If it is not so.
pub fn assert_counts(ours: &dyn Peer, theirs: &dyn Peer, asks: &[Ask]) {
    for ask in asks {
        let [ours, theirs] = [ours, theirs].map(|peer| {
            let found = peer.find(ask, Want::Count).expect("an answer");
            found.total.expect("a number")
        });
        assert!(ours > 0, "{ask:?} finds nothing");
        if ask.class.is_exact() {
            assert_eq!(ours, theirs, "{ask:?}");
        } else {
            assert!(ours >= theirs, "{ask:?}: {ours}, and {theirs} of tantivy");
        }
    }
}

/// The files below a folder that Gleaner takes for articles: none that is hidden or in a hidden folder.
pub fn files(articles: &Path) -> impl Iterator<Item = PathBuf> {
    let is_hidden = |entry: &DirEntry| {
        entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
    };
    let entries = WalkDir::new(articles).into_iter();
    let entries = entries.filter_entry(move |entry| !is_hidden(entry));
    let files = entries.map(|entry| entry.expect("a folder that can be read"));
    let files = files.filter(|entry| entry.file_type().is_file());
    files.map(DirEntry::into_path).filter(|path| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let known = ["md", "markdown", "mdx", "txt", "text"];
        extension.is_some_and(|extension| known.contains(&extension.to_ascii_lowercase().as_str()))
    })
}

/// Path of a file below the folder of the articles.
fn below(path: &Path, articles: &Path) -> Vec<u8> {
    let path = path.strip_prefix(articles).expect("a file of the folder");
    path.as_os_str().as_encoded_bytes().to_vec()
}
