//! What a search gives back.

use std::ops::Range;
use std::time::Duration;

use gleaner_store::{ArticlePath, Date, Value};

use crate::explain::Explanation;
use crate::facet::FacetCounts;
use crate::parse::Note;
use crate::snippet::Snippet;

/// One page of the hits of a query.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page {
    /// Number of all articles that match, on this page or not, as `answered` says. Exact
    /// unless `timed_out`.
    pub total: u64,
    /// What was looked for in the end.
    pub answered: Rung,
    /// How many of them have every word that was wished for; `None` where that says nothing or was
    /// not counted: a single word, or more than 31.
    pub with_all_words: Option<u64>,
    /// Number of articles among them that are shown as copies of the hits of this page.
    pub collapsed: u64,
    /// The hits of this page, in the order asked for: the best first unless said, and equals in the
    /// order of their paths.
    pub hits: Vec<Hit>,
    /// All matches counted by the facets of the query, in their order; without those whose key no
    /// article has.
    pub facets: Vec<FacetCounts>,
    /// What of the query was left out or reinterpreted.
    pub notes: Vec<Note>,
    /// Whether the time of [`Query::timeout`](crate::Query::timeout) was over before all was found: then
    /// there may be more and better hits, and `total` and `facets` count what was found.
    pub timed_out: bool,
    /// Time from reading the query to the last snippet.
    pub elapsed: Duration,
}

/// One page of the hits of a query, without anything from the articles.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PathPage {
    /// Number of all articles that match, on this page or not, as `answered` says. Exact
    /// unless `timed_out`.
    pub total: u64,
    /// As [`Page::answered`].
    pub answered: Rung,
    /// Path and score of each hit of this page, in the order of [`Page::hits`].
    pub paths: Vec<(ArticlePath, f64)>,
    /// As [`Page::facets`].
    pub facets: Vec<FacetCounts>,
    /// What of the query was left out or reinterpreted.
    pub notes: Vec<Note>,
    /// As [`Page::timed_out`].
    pub timed_out: bool,
    /// Time the search took.
    pub elapsed: Duration,
}

/// What was looked for in the end: where nothing matches as typed, less and less of it.
///
/// Filters and exclusions hold on every rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rung {
    /// The query as it was typed.
    AsTyped,
    /// Words near to those that no article has, in their place.
    Variants,
    /// Some of the words, which together or as a phrase are nowhere.
    SomeWords,
    /// Nothing was found.
    Nothing,
}

impl Rung {
    /// The rung in one word, as JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AsTyped => "as_typed",
            Self::Variants => "variants",
            Self::SomeWords => "some_words",
            Self::Nothing => "nothing",
        }
    }
}

/// An article that was found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Hit {
    /// Place among all hits, from 1; copies have none.
    pub rank: u64,
    /// How well it fits, from 0 up. It compares hits of one query and means nothing by itself.
    pub score: f64,
    /// Path below the root of the articles.
    pub path: ArticlePath,
    /// 1-based line in the file where the snippet, or its first match, stands.
    pub line: u32,
    /// The title.
    pub title: String,
    /// Byte ranges of the matches in the title, in order and apart from each other.
    pub title_marks: Vec<Range<usize>>,
    /// Date of publication.
    pub date: Option<Date>,
    /// Who published it.
    pub provider: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// What it is about.
    pub topics: Vec<String>,
    /// Where it stands on the web.
    pub url: Option<String>,
    /// The passage that shows best why it was found; empty without [`Query::snippets`](crate::Query::snippets).
    pub snippet: Snippet,
    /// Another passage, if there is one with words of the query that the first has not.
    pub second: Option<Snippet>,
    /// Why it stands where it stands, if [`Query::explain`](crate::Query::explain) asked for it.
    pub explanation: Option<Explanation>,
    /// Whether the file is still what was indexed.
    pub freshness: Freshness,
    /// Every front-matter value, by its dotted key, in the order of the file.
    pub metadata: Vec<(String, Value)>,
    /// Near-duplicates that were found as well, the best first.
    pub copies: Vec<Copy>,
}

/// An article that says the same as a hit ranked above it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Copy {
    /// Path below the root of the articles.
    pub path: ArticlePath,
    /// The title.
    pub title: String,
    /// Who published it.
    pub provider: Option<String>,
    /// Date of publication.
    pub date: Option<Date>,
    /// How alike the texts are, from 0.8 to 1: the share of the runs of five words of the shorter
    /// one that the other has too, estimated.
    pub likeness: f64,
}

/// Whether a file is still what was indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Freshness {
    /// It has the size and modification time it had, or the same content.
    Current,
    /// Its content is another by now.
    Changed,
    /// It is gone, or cannot be read.
    Gone,
    /// Not known: the index does not say where the articles are.
    #[default]
    Unknown,
}

impl Freshness {
    /// Whether what is shown is not what the file says now.
    pub fn is_stale(self) -> bool {
        matches!(self, Self::Changed | Self::Gone)
    }
}
