//! Full-text search for folders of articles: Markdown with front matter, and plain text.
//!
//! [`ingest()`] brings an index up to date with a folder; a [`Searcher`] answers a [`Query`] with a
//! [`Page`] of hits, the right article first. Everything is synchronous, and nothing prints.
//!
//! ```no_run
//! use gleaner::{IngestOptions, Query, Searcher};
//!
//! # fn main() -> gleaner::Result<()> {
//! gleaner::ingest("seeds", "index", &IngestOptions::default())?;
//! let page = Searcher::open("index")?.search(&Query::new("brain cloning"))?;
//! for hit in &page.hits {
//!     println!("{}:{}  {}", hit.path, hit.line, hit.title);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! An index can live in memory as well:
//!
//! ```
//! use gleaner::{IngestOptions, Query, Searcher};
//!
//! # fn main() -> gleaner::Result<()> {
//! # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../seeds");
//! let (index, _) = gleaner::ingest_in_memory(folder, &IngestOptions::default())?;
//! let page = Searcher::of(&index)?.search(&Query::new("cyberpunk 2077"))?;
//! assert_eq!(page.total, 1);
//! # Ok(())
//! # }
//! ```
//!
//! The index is a cache: deleting it loses nothing. It never holds more than the articles say.

pub use gleaner_ingest::{
    Check, Difference, Differences, IngestOptions, Progress, Report, Status, check, ingest,
    ingest_in_memory, ingest_with_progress, origin, read_article, status,
};
pub use gleaner_query::{
    Boost, Copy, Explanation, Facet, FacetCount, FacetCounts, FieldSummary, Freshness, Hit,
    JudgementError, Judgements, Measures, Note, NoteKind, Page, PathPage, Period, Query,
    QueryLimit, Reason, Rung, ScorePart, Searcher, SimilarHit, SimilarPage, SimilarReason, Snippet,
    SnippetPart, Sort, TypeCounts, Weights, When, mark,
};
pub use gleaner_store::{
    Article, ArticlePath, Cancel, Date, DateReading, EngineError, Error, FORMAT, Language, Located,
    MemoryIndex, Passage, PassageKind, Position, Precision, Problem, ProblemKind, Related, Result,
    Selection, TitleSource, UnknownLanguage, Value, WhenLocked, sweep,
};
