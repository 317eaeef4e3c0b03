//! What a Gleaner index on disk is: schema, analysis, format stamp, writer and snapshot.
//!
//! The index is a cache: deleting it loses nothing, and a folder that is not ours is refused.

mod analysis;
mod article;
mod cancel;
mod commit;
mod date;
mod directory;
mod document;
mod error;
mod file_state;
mod format;
#[doc(hidden)]
pub mod fuzzing;
mod lock;
mod opened;
mod parallel;
mod record;
mod removal;
mod schema;
mod segment;
mod sketch;
mod snapshot;
mod store;
mod stored;
mod sweep;
mod verify;
mod writer;

pub use analysis::{
    Analyzer, Beginnings, Finder, Language, MAX_TOKEN_BYTES, POSITION_GAP, Token, TokenKind,
    UnknownLanguage, fold, is_ideograph,
};
pub use article::{
    Article, ArticlePath, Located, Passage, PassageKind, Position, Problem, ProblemKind, Related,
    TitleSource, Value,
};
pub use cancel::Cancel;
pub use date::{Date, DateReading, Precision};
pub use error::{EngineError, Error, Result};
pub use file_state::{FileStamp, FileState, content_hash, nanoseconds};
pub use format::FORMAT;
pub use lock::{WhenLocked, WriteLock};
pub use parallel::{Task, join, spawn};
pub use record::{CommitRecord, Selection};
pub use schema::{
    BODY_COLUMN, DATE_COLUMN, Fields, LARGE_NUMBERS, METADATA_COLUMNS, PATH_COLUMN, TITLE_COLUMN,
    UPDATED_COLUMN, mark, metadata_term,
};
pub use segment::Collector;
pub use sketch::{COPY_LIKENESS, Sketch};
pub use snapshot::{Sketches, Snapshot, Usage};
pub use store::{MemoryIndex, Store, WriteOptions, last_record, memory_store};
pub use stored::{StoredArticle, StoredPassage};
pub use sweep::sweep;
pub use writer::Writer;
