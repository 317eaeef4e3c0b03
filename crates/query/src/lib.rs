//! Words become a ranked page of hits.
//!
//! [`Searcher::open`] an index, [`Searcher::search`] it for a [`Query`], and get a [`Page`].

mod answer;
mod automaton;
mod best;
mod collect;
mod column;
mod compile;
mod complete;
mod copies;
mod deadline;
mod eval;
mod exclusion;
mod explain;
mod facet;
mod feedback;
mod fields;
mod filter;
#[doc(hidden)]
pub mod fuzzing;
mod keys;
mod ladder;
mod leaf;
mod limits;
mod long_text;
mod matching;
mod nearest;
mod page;
pub mod parse;
mod paths;
mod phrase;
mod positions;
mod presence;
mod query;
mod rank;
mod searcher;
mod similar;
mod snippet;
mod sort;
mod stop_words;
mod summary;
mod tally;
mod telling;
mod terms;
mod vocabulary;
mod when;
mod words;

pub use eval::{JudgementError, Judgements, Measures};
pub use explain::{Explanation, Reason, ScorePart};
pub use facet::{Facet, FacetCount, FacetCounts, Period};
pub use page::{Copy, Freshness, Hit, Page, PathPage, Rung};
pub use parse::{Note, NoteKind, QueryLimit};
pub use query::{Boost, Query};
pub use rank::Weights;
pub use searcher::Searcher;
pub use similar::{SimilarHit, SimilarPage, SimilarReason};
pub use snippet::{Snippet, SnippetPart, mark};
pub use sort::Sort;
pub use summary::{FieldSummary, TypeCounts};
pub use when::When;
